#include "commands/observed_value.hpp"

#include <gmock/gmock.h>

#include <array>

namespace {

using commands::refanged;
using testing::HasSubstr;

constexpr auto every_scope = std::to_array<std::string_view>(
    {"StixFile", "IPv4-Addr", "IPv6-Addr", "Domain-Name", "Hostname", "Url"});

source::Product product_for(std::span<const std::string_view> scopes) {
  source::Product product;
  product.source = "Example";
  product.scopes = scopes;
  return product;
}

tl::expected<stix::Observable, std::string> observable_of(std::string_view text) {
  return commands::observable_of(text, product_for(every_scope));
}

/// Returns `type value`, or the reason why the text was rejected.
std::string read(std::string_view text) {
  const auto observable = observable_of(text);
  if (!observable) return observable.error();
  if (!observable->hashes.empty()) {
    const auto& [name, hash] = *observable->hashes.begin();
    return name + " " + hash;
  }
  return observable->type + " " + observable->value;
}

TEST(ObservedValue, HashesAreDistinguishedByTheirLength) {
  EXPECT_EQ(read("44D88612FEA8A8F36DE82E1278ABB02F"), "MD5 44d88612fea8a8f36de82e1278abb02f");
  EXPECT_EQ(read(std::string(40, 'a')), "SHA-1 " + std::string(40, 'a'));
  EXPECT_EQ(read(" " + std::string(64, 'B') + "\n"), "SHA-256 " + std::string(64, 'b'));
}

TEST(ObservedValue, AHashOfAnotherLengthIsRejectedWithTheNumberOfItsDigits) {
  EXPECT_THAT(read(std::string(31, 'a')), HasSubstr("31 hexadecimal digits"));
  EXPECT_THAT(read(std::string(128, 'a')), HasSubstr("MD5, SHA-1 and SHA-256 only"));
}

TEST(ObservedValue, AddressesInEverySpelling) {
  EXPECT_EQ(read("198.51.100.7"), "ipv4-addr 198.51.100.7");
  EXPECT_EQ(read("198[.]51[.]100[.]7"), "ipv4-addr 198.51.100.7");
  EXPECT_EQ(read("2001:DB8:0::1"), "ipv6-addr 2001:db8::1");
  EXPECT_EQ(read("[2001:db8::1]"), "ipv6-addr 2001:db8::1");
  EXPECT_EQ(read("2001[:]db8[:][:]1"), "ipv6-addr 2001:db8::1");
}

TEST(ObservedValue, DomainsAndUrls) {
  EXPECT_EQ(read("Malware.Example.COM."), "domain-name malware.example.com");
  EXPECT_EQ(read("https://Example.com/A?b#c"), "url https://example.com/A?b#c");
  EXPECT_EQ(read("example.com/path"), "url http://example.com/path");
  EXPECT_EQ(read("example.com:8080"), "url http://example.com:8080");
  EXPECT_EQ(read("http://[2001:db8::1]/x"), "url http://[2001:db8::1]/x");
}

TEST(ObservedValue, DefangedTextIsRefanged) {
  EXPECT_EQ(refanged("hxxps://evil[.]example[.]com/a"), "https://evil.example.com/a");
  EXPECT_EQ(refanged("hXXp://evil(.)example{.}com"), "http://evil.example.com");
  EXPECT_EQ(refanged("hxxp[://]evil[dot]example(dot)com/x[.]php"), "http://evil.example.com/x.php");
  EXPECT_EQ(refanged("hxxp[:]//evil.example.com"), "http://evil.example.com");
  EXPECT_EQ(refanged("http[:][/][/]evil.example.com"), "http://evil.example.com");
  EXPECT_EQ(refanged("evil.example.com[:]8080/x"), "evil.example.com:8080/x");
}

TEST(ObservedValue, CharactersAroundAValueAreLeftOut) {
  EXPECT_EQ(read("<https://evil.example.com/a>"), "url https://evil.example.com/a");
  EXPECT_EQ(read("\"198.51.100.7\","), "ipv4-addr 198.51.100.7");
  EXPECT_EQ(read("'evil[.]example[.]com'"), "domain-name evil.example.com");
  EXPECT_EQ(read("`evil.example.com` , "), "domain-name evil.example.com");
  EXPECT_EQ(read("https://evil.example.com/?a=<b>"), "url https://evil.example.com/?a=<b>");
  for (const auto* text : {",", "<>", "\"\"", "<evil.example.com", "\""}) {
    EXPECT_FALSE(observable_of(text)) << text;
  }
}

TEST(ObservedValue, CharactersThatAPathMayHoldStay) {
  EXPECT_EQ(refanged("https://example.com/?re=(.)&x={.}"), "https://example.com/?re=(.)&x={.}");
  EXPECT_EQ(refanged("hxxp.example.com"), "hxxp.example.com");
}

TEST(ObservedValue, OtherTextIsRejected) {
  for (const auto* text : {"", "  ", "nonsense", "localhost", "user@example.com", "192.0.2.0/24",
                           "010.0.0.1", "http://", "a b", "-"}) {
    EXPECT_FALSE(observable_of(text)) << text;
  }
  EXPECT_THAT(read("192.0.2.0/24"), HasSubstr("range"));
}

TEST(ObservedValue, ControlCharactersAreRejected) {
  using namespace std::string_literals;
  EXPECT_FALSE(observable_of("example.com\0.org"s));
  EXPECT_FALSE(observable_of("http://example.com/\x1b[31m"));
  EXPECT_FALSE(observable_of("example\r\n.com"));
}

TEST(ObservedValue, ATypeOutsideTheScopeOfTheProductIsRejected) {
  constexpr auto scopes = std::to_array<std::string_view>({"IPv4-Addr", "Hostname"});
  const auto product = product_for(scopes);
  EXPECT_TRUE(commands::observable_of("198.51.100.7", product));
  EXPECT_EQ(commands::observable_of("example.com", product)->type, "hostname");
  const auto why = [&](std::string_view text) {
    return commands::observable_of(text, product).error();
  };
  EXPECT_EQ(why("2001:db8::1"), "Example does not look up IPv6 addresses");
  EXPECT_EQ(why("http://example.com/a"), "Example does not look up URLs");
  EXPECT_EQ(why(std::string(32, 'a')), "Example does not look up hashes");
  EXPECT_EQ(why("nonsense"), "it is not an address or domain");
}

TEST(ObservedValue, OneThingHasOneId) {
  EXPECT_EQ(observable_of("EXAMPLE.com")->id, observable_of("example[.]com")->id);
  EXPECT_TRUE(observable_of("EXAMPLE.com")->id.starts_with("domain-name--"));
}

}  // namespace
