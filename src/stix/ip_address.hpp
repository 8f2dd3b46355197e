// IP addresses: one spelling for each, and which of them a public service knows nothing about.
// All functions are thread-safe.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace stix {

/// In network byte order. IPv4 has the first four bytes, and zeros after them.
struct IpAddress {
  bool v6 = false;
  std::array<std::uint8_t, 16> bytes{};

  bool operator==(const IpAddress&) const = default;
};

/// A dotted quad without leading zeros, or IPv6 in any spelling; nothing for an address with
/// anything beside it: blanks, brackets, a port, a zone, a prefix length.
[[nodiscard]] std::optional<IpAddress> parse_ip(std::string_view text);

/// IPv6 as RFC 5952 wants it, with a dotted quad at the end of an IPv4-mapped address
/// (`::ffff:192.0.2.1`). The deprecated IPv4-compatible ones, which are all reserved, end in a
/// dotted quad too.
[[nodiscard]] std::string to_string(const IpAddress& address);

/// Why the address means nothing outside one network, in a word or two: `private`, `loopback`,
/// `documentation`; nothing for an address that can be reached from everywhere. Follows the IANA
/// registries of special-purpose addresses, of IPv4 multicast and of the IPv6 address space.
/// IPv4-mapped, NAT64 and 6to4 addresses are judged by the IPv4 address inside. Where the registry
/// decides neither way (192.88.99.0/24, Teredo) the address is taken for reachable.
[[nodiscard]] std::optional<std::string_view> special_use(const IpAddress& address);

}  // namespace stix
