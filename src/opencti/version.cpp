#include "opencti/version.hpp"

#include <charconv>
#include <utility>

namespace opencti {
namespace {

/// Major and minor of `7.260318.0`; zeros for what is not a number.
std::pair<long, long> major_and_minor(std::string_view version) {
  const auto number = [](std::string_view text) {
    long value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    return error == std::errc() && end != text.data() ? value : 0;
  };
  const auto dot = version.find('.');
  if (dot == std::string_view::npos) return {number(version), 0};
  return {number(version.substr(0, dot)), number(version.substr(dot + 1))};
}

}  // namespace

bool imports_whole_bundles(std::string_view version) {
  return major_and_minor(version) >= std::pair<long, long>{7, 260318};
}

}  // namespace opencti
