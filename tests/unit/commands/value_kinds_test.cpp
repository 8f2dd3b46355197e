#include "commands/value_kinds.hpp"

#include <gmock/gmock.h>

#include <array>

namespace {

using commands::ValueKinds;

constexpr auto all = std::to_array<std::string_view>(
    {"StixFile", "IPv4-Addr", "IPv6-Addr", "Domain-Name", "Hostname", "Url"});
constexpr auto addresses = std::to_array<std::string_view>({"IPv4-Addr"});

TEST(ValueKinds, AreNamedInTheOrderOfHelp) {
  const ValueKinds kinds(all);
  EXPECT_EQ(kinds.any_of_them(), "hash, address, domain or URL");
  EXPECT_EQ(kinds.all_of_them(), "hashes, addresses, domains and URLs");
  EXPECT_EQ(kinds.in_full(), "MD5, SHA-1, SHA-256, IP address, domain or URL");
}

TEST(ValueKinds, WithoutAScopeAreNotNamed) {
  const ValueKinds kinds(addresses);
  EXPECT_EQ(kinds.any_of_them(), "address");
  EXPECT_EQ(kinds.all_of_them(), "addresses");
  EXPECT_THAT(kinds.examples(), testing::ElementsAre("198.51.100.7"));
  EXPECT_TRUE(kinds.takes("ipv4-addr"));
  EXPECT_FALSE(kinds.takes("ipv6-addr"));
  EXPECT_FALSE(kinds.takes("mutex"));
}

TEST(ValueKinds, TakeNamesOfHostsByEitherScope) {
  constexpr auto names = std::to_array<std::string_view>({"Hostname"});
  EXPECT_TRUE(ValueKinds(names).takes("domain-name"));
  EXPECT_EQ(ValueKinds(names).type_of_names(), "hostname");
  EXPECT_EQ(ValueKinds(all).type_of_names(), "domain-name");
}

}  // namespace
