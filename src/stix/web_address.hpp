// URLs as observables hold them and as Kaspersky writes them: one spelling for scheme and host,
// without credentials. All functions are thread-safe.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace stix {

struct WebAddress {
  /// The whole URL.
  std::string text;
  /// A canonical_domain(), or an IP address as to_string() writes it: IPv6 without brackets.
  std::string host;

  bool operator==(const WebAddress&) const = default;
};

/// Without outer blanks and without user name and password; scheme and host in lower case, the host
/// in its one spelling. Port, path, query and fragment stay byte for byte, `/../`, blanks and UTF-8
/// included. `http://` comes before a text without a scheme. A canonical text comes back unchanged.
///
/// Nothing for a text over 64 KiB, for one that is not UTF-8 or holds a control character, for a
/// mail address (a user name, but no scheme), and for one whose authority has a blank, a backslash
/// (browsers read it as `/`), a host that is none, or a port that is not a number from 1 to 65535.
/// An empty port is none: what stands before it tends to be a scheme that something went wrong with
/// (`http:/example.com`).
[[nodiscard]] std::optional<WebAddress> canonical_url(std::string_view text);

}  // namespace stix
