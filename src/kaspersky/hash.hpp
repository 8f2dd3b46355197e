// Hash values: their form, and which hash of a file to look up.
#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <string_view>

#include <tl/expected.hpp>

namespace kaspersky {

// Lengths in hexadecimal digits.
inline constexpr std::size_t md5_length = 32;
inline constexpr std::size_t sha1_length = 40;
inline constexpr std::size_t sha256_length = 64;

/// The hash by which to look up a file: SHA-256, else SHA-1, else MD5; the first valid one.
/// @param hashes values by algorithm, in any spelling: `SHA-256`, `sha256`
/// @returns the value without surrounding blanks, in lower case; or one line that says why there is
/// none
[[nodiscard]] tl::expected<std::string, std::string> choose_hash(
    const std::map<std::string, std::string>& hashes);

}  // namespace kaspersky
