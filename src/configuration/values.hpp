// Parses values of settings that are more than a word. A failure is a predicate whose subject is
// the setting: what it must be. It never quotes the text, which may be secret.
//
// ```cpp
// bool is_local(std::string_view setting) {
//   const auto url = configuration::parse_url(setting);
//   return url && configuration::host_of(*url) == "localhost";
// }
// ```
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <tl/expected.hpp>

#include "export.hpp"

namespace configuration OPENCTI_CONNECTOR_PUBLIC {

template <class T>
using Parsed = tl::expected<T, std::string>;

/// true/false, yes/no, on/off, 1/0, in any letter case.
[[nodiscard]] std::optional<bool> parse_boolean(std::string_view text);

/// A decimal number within the bounds.
[[nodiscard]] std::optional<int> parse_integer(std::string_view text, int minimum, int maximum);

/// http(s)://host[:port][/path] without user name, query and fragment. The result has the scheme in
/// lower case, and no slashes at the end.
[[nodiscard]] Parsed<std::string> parse_url(std::string_view text);

/// The host of a URL from parse_url(), an IPv6 address with its brackets.
[[nodiscard]] std::string_view host_of(std::string_view url);

/// Names and values, without duplicate names.
using HeaderFields = std::vector<std::pair<std::string, std::string>>;

struct CustomHeaders {
  HeaderFields headers;
  /// The number of parts without a colon, which were skipped as in pycti.
  int skipped = 0;
};

/// `name:value;name2:value2`. If a name occurs several times, the last value is used.
[[nodiscard]] Parsed<CustomHeaders> parse_headers(std::string_view text);

}  // namespace configuration OPENCTI_CONNECTOR_PUBLIC
