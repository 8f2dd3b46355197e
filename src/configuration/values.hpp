// From text to value, for those settings whose form is more than a word. A failure tells what the
// setting must be, worded to follow its name; it never repeats the text, which may be secret.
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
[[nodiscard]] std::optional<int> parse_integer(std::string_view text, int least, int most);

/// http(s)://host[:port][/path] without user name, query and fragment. The scheme comes out in
/// lower case, and without slashes at the end.
[[nodiscard]] Parsed<std::string> parse_url(std::string_view text);

/// The host of a URL from parse_url(), an IPv6 address with its brackets.
[[nodiscard]] std::string_view host_of(std::string_view url);

/// Names and values, each name once.
using HeaderFields = std::vector<std::pair<std::string, std::string>>;

struct CustomHeaders {
  HeaderFields headers;
  /// How many parts had no colon and were left out, as pycti does.
  int skipped = 0;
};

/// `name:value;name2:value2`. The last of several headers of one name counts.
[[nodiscard]] Parsed<CustomHeaders> parse_headers(std::string_view text);

}  // namespace configuration OPENCTI_CONNECTOR_PUBLIC
