#include "stix/ip_address.hpp"

#include <arpa/inet.h>

#include <algorithm>
#include <initializer_list>

namespace stix {
namespace {

constexpr IpAddress v4(std::uint8_t a, std::uint8_t b, std::uint8_t c, std::uint8_t d) {
  return {.v6 = false, .bytes = {a, b, c, d}};
}

/// An IPv6 address from its leading groups; the others are zero.
constexpr IpAddress v6(std::initializer_list<std::uint16_t> groups) {
  IpAddress address{.v6 = true};
  std::size_t at = 0;
  for (const auto group : groups) {
    address.bytes.at(at++) = static_cast<std::uint8_t>(group >> 8U);
    address.bytes.at(at++) = static_cast<std::uint8_t>(group & 0xffU);
  }
  return address;
}

struct Block {
  IpAddress first;
  std::size_t prefix_length = 0;
  std::string_view use;
};

/// Marks an exception inside a block of special use.
constexpr std::string_view reachable;

// In the order of the registries. The smallest block that contains an address counts.
constexpr std::array blocks{
    Block{v4(0, 0, 0, 0), 8, "reserved"},
    Block{v4(0, 0, 0, 0), 32, "unspecified"},
    Block{v4(10, 0, 0, 0), 8, "private"},
    Block{v4(100, 64, 0, 0), 10, "shared (carrier-grade NAT)"},
    Block{v4(127, 0, 0, 0), 8, "loopback"},
    Block{v4(169, 254, 0, 0), 16, "link-local"},
    Block{v4(172, 16, 0, 0), 12, "private"},
    Block{v4(192, 0, 0, 0), 24, "reserved"},  // IETF protocol assignments
    Block{v4(192, 0, 0, 9), 32, reachable},   // Port Control Protocol
    Block{v4(192, 0, 0, 10), 32, reachable},  // TURN
    Block{v4(192, 0, 2, 0), 24, "documentation"},
    Block{v4(192, 88, 99, 2), 32, "reserved"},  // 6a44 relays
    Block{v4(192, 168, 0, 0), 16, "private"},
    Block{v4(198, 18, 0, 0), 15, "benchmarking"},
    Block{v4(198, 51, 100, 0), 24, "documentation"},
    Block{v4(203, 0, 113, 0), 24, "documentation"},
    Block{v4(224, 0, 0, 0), 4, "multicast"},
    Block{v4(240, 0, 0, 0), 4, "reserved"},
    Block{v4(255, 255, 255, 255), 32, "broadcast"},

    Block{v6({}), 0, "reserved"},
    Block{v6({}), 128, "unspecified"},
    Block{v6({0, 0, 0, 0, 0, 0, 0, 1}), 128, "loopback"},
    Block{v6({0x64, 0xff9b, 1}), 48, "private"},  // NAT64 inside one network
    Block{v6({0x100}), 64, "discard-only"},
    Block{v6({0x2000}), 3, reachable},    // all unicast that IANA has allocated
    Block{v6({0x2001}), 23, "reserved"},  // IETF protocol assignments
    Block{v6({0x2001}), 32, reachable},   // Teredo
    Block{v6({0x2001, 1, 0, 0, 0, 0, 0, 1}), 128, reachable},  // Port Control Protocol
    Block{v6({0x2001, 1, 0, 0, 0, 0, 0, 2}), 128, reachable},  // TURN
    Block{v6({0x2001, 1, 0, 0, 0, 0, 0, 3}), 128, reachable},  // DNS-SD registration
    Block{v6({0x2001, 2}), 48, "benchmarking"},
    Block{v6({0x2001, 3}), 32, reachable},         // AMT
    Block{v6({0x2001, 4, 0x112}), 48, reachable},  // AS112
    Block{v6({0x2001, 0x20}), 28, reachable},      // ORCHIDv2
    Block{v6({0x2001, 0x30}), 28, reachable},      // drone remote identification
    Block{v6({0x2001, 0xdb8}), 32, "documentation"},
    Block{v6({0x3fff}), 20, "documentation"},
    Block{v6({0xfc00}), 7, "private"},
    Block{v6({0xfe80}), 10, "link-local"},
    Block{v6({0xfec0}), 10, "private"},  // site-local
    Block{v6({0xff00}), 8, "multicast"},
};

struct Embedding {
  IpAddress first;
  std::size_t prefix_length = 0;
  std::size_t offset = 0;  // of the IPv4 address, in bytes
};

constexpr std::array embeddings{
    Embedding{v6({0, 0, 0, 0, 0, 0xffff}), 96, 12},  // IPv4-mapped
    Embedding{v6({0x64, 0xff9b}), 96, 12},           // NAT64
    Embedding{v6({0x2002}), 16, 2},                  // 6to4
};

bool within(const IpAddress& address, const IpAddress& first, std::size_t prefix_length) {
  if (address.v6 != first.v6) return false;
  const auto whole = prefix_length / 8;
  const auto bits = prefix_length % 8;
  if (!std::equal(first.bytes.begin(), first.bytes.begin() + whole, address.bytes.begin())) {
    return false;
  }
  if (bits == 0) return true;
  return ((first.bytes.at(whole) ^ address.bytes.at(whole)) >> (8 - bits)) == 0;
}

std::optional<IpAddress> embedded_v4(const IpAddress& address) {
  for (const auto& [first, prefix_length, offset] : embeddings) {
    if (!within(address, first, prefix_length)) continue;
    IpAddress inner;
    std::copy_n(address.bytes.begin() + offset, 4, inner.bytes.begin());
    return inner;
  }
  return std::nullopt;
}

}  // namespace

std::optional<IpAddress> parse_ip(std::string_view text) {
  // inet_pton would stop at a NUL.
  if (text.size() >= INET6_ADDRSTRLEN || text.find('\0') != std::string_view::npos) {
    return std::nullopt;
  }
  const std::string terminated(text);
  IpAddress address{.v6 = text.find(':') != std::string_view::npos};
  if (inet_pton(address.v6 ? AF_INET6 : AF_INET, terminated.c_str(), address.bytes.data()) != 1) {
    return std::nullopt;
  }
  return address;
}

std::string to_string(const IpAddress& address) {
  std::array<char, INET6_ADDRSTRLEN> text{};
  inet_ntop(address.v6 ? AF_INET6 : AF_INET, address.bytes.data(), text.data(), text.size());
  return text.data();
}

std::optional<std::string_view> special_use(const IpAddress& address) {
  if (const auto inner = embedded_v4(address)) return special_use(*inner);
  const Block* closest = nullptr;
  for (const auto& block : blocks) {
    if (!within(address, block.first, block.prefix_length)) continue;
    if (closest == nullptr || block.prefix_length > closest->prefix_length) closest = &block;
  }
  if (closest == nullptr || closest->use == reachable) return std::nullopt;
  return closest->use;
}

}  // namespace stix
