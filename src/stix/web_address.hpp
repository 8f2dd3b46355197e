// URLs of observables and from Kaspersky in one form: canonical scheme and host, without
// credentials. All functions are thread-safe.
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

/// Without outer blanks, user name and password; scheme and host in lower case, the host in
/// canonical form. Port, path, query and fragment stay byte for byte, also `/../`, blanks and
/// UTF-8. A text without a scheme gets `http://`. A canonical text is returned unchanged.
///
/// Returns nothing for a text that is longer than 64 KiB, is not UTF-8 or has a control character;
/// for a mail address (a user name, but no scheme); and for an authority with a blank, a backslash
/// (browsers read it as `/`), an invalid host, or a port that is not a number from 1 to 65535. An
/// empty port is invalid too: the text before it is usually a misspelled scheme
/// (`http:/example.com`).
[[nodiscard]] std::optional<WebAddress> canonical_url(std::string_view text);

}  // namespace stix
