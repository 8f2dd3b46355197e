#include "stix/canonical_value.hpp"

#include <gtest/gtest.h>

namespace stix {
namespace {

std::string told(std::string_view type, std::string_view value) {
  const auto canonical = canonical_value(type, value);
  return canonical ? std::string(canonical->type) + ' ' + canonical->value : std::string();
}

TEST(CanonicalValue, AnAddressHasItsOwnType) {
  EXPECT_EQ(told("ipv4-addr", "198.51.100.1"), "ipv4-addr 198.51.100.1");
  EXPECT_EQ(told("ipv4-addr", "2001:DB8:0::1"), "ipv6-addr 2001:db8::1");
  EXPECT_EQ(told("ipv6-addr", "198.51.100.1"), "ipv4-addr 198.51.100.1");
  EXPECT_EQ(told("ipv4-addr", "198.51.100.0/24"), "");
}

TEST(CanonicalValue, NamesHaveADotAndAreInLowerCase) {
  EXPECT_EQ(told("domain-name", "Example.COM."), "domain-name example.com");
  EXPECT_EQ(told("hostname", "Mail.Example.com"), "hostname mail.example.com");
  EXPECT_EQ(told("domain-name", "localhost"), "");
  EXPECT_EQ(told("hostname", "*.example.com"), "");
}

TEST(CanonicalValue, AUrlHasItsScheme) {
  EXPECT_EQ(told("url", "Example.com/A"), "url http://example.com/A");
  EXPECT_EQ(told("url", "http:///a"), "");
}

TEST(CanonicalValue, OtherTypesHaveNone) {
  EXPECT_EQ(told("file", "a"), "");
  EXPECT_EQ(told("email-addr", "a@b.example"), "");
}

}  // namespace
}  // namespace stix
