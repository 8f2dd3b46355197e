#include "kaspersky/hash.hpp"

#include <fmt/format.h>

#include <array>
#include <cctype>

#include "text/ascii.hpp"

namespace kaspersky {
namespace {

struct Algorithm {
  std::string_view name;
  /// Lower case and without hyphens, as every spelling is normalized.
  std::string_view key;
  std::size_t length;
};

// In order of preference.
constexpr std::array algorithms{
    Algorithm{"SHA-256", "sha256", sha256_length},
    Algorithm{"SHA-1", "sha1", sha1_length},
    Algorithm{"MD5", "md5", md5_length},
};

std::string key_of(std::string_view name) {
  std::string key;
  for (const char c : name) {
    if (std::isalnum(static_cast<unsigned char>(c)) != 0) key += text::lower_case(c);
  }
  return key;
}

std::string fault(const Algorithm& algorithm, std::string_view value) {
  if (value.size() == algorithm.length) {
    return fmt::format("{} is not hexadecimal", algorithm.name);
  }
  return fmt::format("{} has {} instead of {} characters", algorithm.name, value.size(),
                     algorithm.length);
}

}  // namespace

tl::expected<std::string, std::string> choose_hash(
    const std::map<std::string, std::string>& hashes) {
  std::string faults;
  for (const auto& algorithm : algorithms) {
    for (const auto& [name, untrimmed] : hashes) {
      if (key_of(name) != algorithm.key) continue;
      const auto value = text::trimmed(untrimmed);
      // In one spelling, so that equal lookups have equal keys.
      if (text::is_hex(value, algorithm.length)) return text::lower_case(value);
      faults += (faults.empty() ? "" : ", ") + fault(algorithm, value);
    }
  }
  if (faults.empty()) {
    return tl::make_unexpected(std::string("the file has no SHA-256, SHA-1 or MD5 hash"));
  }
  return tl::make_unexpected("no usable hash: " + faults);
}

}  // namespace kaspersky
