// IP addresses: one canonical form for each, and which of them are not public. All functions are
// thread-safe.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace stix {

/// In network byte order. IPv4 uses the first four bytes; the others are zero.
struct IpAddress {
  bool v6 = false;
  std::array<std::uint8_t, 16> bytes{};

  bool operator==(const IpAddress&) const = default;
};

/// Parses a dotted quad without leading zeros, or IPv6 in any spelling. Returns nothing if the text
/// contains more: blanks, brackets, a port, a zone, a prefix length.
[[nodiscard]] std::optional<IpAddress> parse_ip(std::string_view text);

/// IPv6 is written as in RFC 5952, with a dotted quad at the end of an IPv4-mapped address
/// (`::ffff:192.0.2.1`) and of the deprecated IPv4-compatible addresses, which are all reserved.
[[nodiscard]] std::string to_string(const IpAddress& address);

/// Why the address has no meaning outside one network, in a word or two: `private`, `loopback`,
/// `documentation`; nothing for an address that is globally reachable. Follows the IANA registries
/// of special-purpose addresses, of IPv4 multicast and of the IPv6 address space. IPv4-mapped,
/// NAT64 and 6to4 addresses are judged by the IPv4 address inside. If the registry does not decide
/// (192.88.99.0/24, Teredo), the address counts as reachable.
[[nodiscard]] std::optional<std::string_view> special_use(const IpAddress& address);

}  // namespace stix
