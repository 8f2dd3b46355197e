// The hash algorithms that STIX and OpenCTI know by name.
#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

#include "text/ascii.hpp"

namespace stix {

/// The number of hexadecimal digits of a digest of this algorithm (`SHA-256`); nothing for an
/// unknown algorithm, and for one that does not produce a digest of fixed length.
[[nodiscard]] constexpr std::optional<std::size_t> digits_of(std::string_view algorithm) {
  if (algorithm == "MD5") return 32;
  if (algorithm == "SHA-1") return 40;
  if (algorithm == "SHA-256" || algorithm == "SHA3-256") return 64;
  if (algorithm == "SHA-512" || algorithm == "SHA3-512") return 128;
  return std::nullopt;
}

/// Whether the value can be a hash of this algorithm. For algorithms without a fixed form, any text
/// that is not empty.
[[nodiscard]] constexpr bool is_hash(std::string_view algorithm, std::string_view value) {
  const auto digits = digits_of(algorithm);
  if (!digits) return !value.empty();
  return text::is_hex(value, *digits);
}

}  // namespace stix
