// Names for messages by what they hold.
#pragma once

#include <string>
#include <string_view>

namespace runtime {

/// SHA-256 in lower-case hexadecimal digits.
[[nodiscard]] std::string sha256(std::string_view bytes);

}  // namespace runtime
