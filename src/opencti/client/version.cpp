#include "opencti/client/version.hpp"

#include <charconv>

namespace opencti {
namespace {

/// Removes a number from the beginning of the text.
std::optional<long> take_number(std::string_view& text) {
  long value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || value < 0) return std::nullopt;
  text.remove_prefix(static_cast<std::size_t>(end - text.data()));
  return value;
}

bool skip(std::string_view& text, std::string_view what) {
  if (!text.starts_with(what)) return false;
  text.remove_prefix(what.size());
  return true;
}

}  // namespace

std::optional<Version> parse_version(std::string_view text) {
  const auto major = take_number(text);
  if (!major || !skip(text, ".")) return std::nullopt;
  const auto minor = take_number(text);
  if (!minor) return std::nullopt;
  Version version{.major = *major, .minor = *minor};
  if (skip(text, ".")) version.patch = take_number(text).value_or(0);
  if (skip(text, "-lts.")) version.lts = take_number(text).value_or(0);
  return version;
}

bool imports_whole_bundles(std::string_view version) {
  const auto parsed = parse_version(version);
  return parsed && *parsed >= Version{.major = 7, .minor = 260309};
}

bool drops_overtaken_works(std::string_view version) {
  const auto parsed = parse_version(version);
  return !parsed || *parsed < Version{.major = 7, .minor = 260601};
}

}  // namespace opencti
