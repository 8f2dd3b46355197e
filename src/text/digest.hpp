// Bytes as text: digests and base64.
#pragma once

#include <string>
#include <string_view>

namespace text {

/// The 32 bytes of SHA-256. @throws std::runtime_error if OpenSSL lacks SHA-256
[[nodiscard]] std::string sha256(std::string_view bytes);

/// The 20 bytes of SHA-1, for protocols that use it as a name. Not for security.
/// @throws std::runtime_error if OpenSSL lacks SHA-1
[[nodiscard]] std::string sha1(std::string_view bytes);

/// Two digits for each byte, in lower case.
[[nodiscard]] std::string hex(std::string_view bytes);

/// With padding, on one line (RFC 4648, section 4).
[[nodiscard]] std::string base64(std::string_view bytes);

}  // namespace text
