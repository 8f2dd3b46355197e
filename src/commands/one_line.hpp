// JSON on one line, safe to print.
#pragma once

#include <string>
#include <string_view>

namespace commands {

/// The same JSON document on one line, with every name, value and number unchanged and in order.
/// Only blanks between them are removed, and characters that can control a terminal are written as
/// `\u009b`.
[[nodiscard]] std::string on_one_line(std::string_view json);

}  // namespace commands
