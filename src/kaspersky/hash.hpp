// Hash values: what one looks like, and which one of a file to ask by.
#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <string_view>

#include <tl/expected.hpp>

namespace kaspersky {

// Hexadecimal digits.
inline constexpr std::size_t md5_length = 32;
inline constexpr std::size_t sha1_length = 40;
inline constexpr std::size_t sha256_length = 64;

/// The hash to look a file up by: SHA-256, else SHA-1, else MD5, the first that is well-formed.
/// @param hashes values by algorithm, in any spelling: `SHA-256`, `sha256`
/// @returns the value without surrounding blanks, in lower case; or
/// one line that tells why there is none.
[[nodiscard]] tl::expected<std::string, std::string> choose_hash(
    const std::map<std::string, std::string>& hashes);

}  // namespace kaspersky
