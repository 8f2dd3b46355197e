// JSON on one line, safe to print.
#pragma once

#include <string>
#include <string_view>

namespace commands {

/// The same document as the text, which must be JSON: every name, value and number as it is spelled
/// there and in its order. Only blanks between them are left out, and characters that a terminal
/// may obey are written as `\u009b`.
[[nodiscard]] std::string on_one_line(std::string_view json);

}  // namespace commands
