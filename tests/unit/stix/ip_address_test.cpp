#include "stix/ip_address.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <utility>
#include <vector>

namespace stix {
namespace {

using testing::Optional;

std::optional<std::string> canonical(std::string_view text) {
  const auto address = parse_ip(text);
  if (!address) return std::nullopt;
  return to_string(*address);
}

std::optional<std::string_view> use_of(std::string_view text) {
  return special_use(parse_ip(text).value());
}

TEST(IpAddress, HasOneSpelling) {
  const std::vector<std::pair<std::string_view, std::string_view>> spellings{
      {"192.0.2.1", "192.0.2.1"},
      {"0.0.0.0", "0.0.0.0"},
      {"255.255.255.255", "255.255.255.255"},
      {"2001:DB8::9", "2001:db8::9"},
      {"2001:0db8:0000:0000:0000:0000:0000:0009", "2001:db8::9"},
      {"2001:db8:0:0:0:0:192.0.2.1", "2001:db8::c000:201"},
      {"0:0:0:0:0:0:0:0", "::"},
      {"0::1", "::1"},
      {"1::", "1::"},
      {"::ffff:192.0.2.1", "::ffff:192.0.2.1"},
      {"0:0:0:0:0:FFFF:C000:0201", "::ffff:192.0.2.1"},
      {"::192.0.2.1", "::192.0.2.1"},
      {"64:ff9b::192.0.2.1", "64:ff9b::c000:201"},
  };
  for (const auto& [written, expected] : spellings) {
    EXPECT_THAT(canonical(written), Optional(expected)) << written;
    EXPECT_THAT(canonical(expected), Optional(expected)) << written;
  }
}

// According to RFC 5952 §4.2.
TEST(IpAddress, ShortensTheFirstLongestRunOfZerosAndNeverASingleOne) {
  EXPECT_THAT(canonical("2001:db8:0:1:1:1:1:1"), Optional(std::string("2001:db8:0:1:1:1:1:1")));
  EXPECT_THAT(canonical("2001:db8::1:1:1:1:1"), Optional(std::string("2001:db8:0:1:1:1:1:1")));
  EXPECT_THAT(canonical("2001:0:0:1:0:0:0:1"), Optional(std::string("2001:0:0:1::1")));
  EXPECT_THAT(canonical("2001:db8:0:0:1:0:0:1"), Optional(std::string("2001:db8::1:0:0:1")));
}

TEST(IpAddress, IsEqualInEverySpelling) {
  EXPECT_EQ(parse_ip("2001:db8::9"), parse_ip("2001:DB8:0::0009"));
  EXPECT_NE(parse_ip("192.0.2.1"), parse_ip("::ffff:192.0.2.1"));
  EXPECT_NE(parse_ip("0.0.0.0"), parse_ip("::"));
}

TEST(IpAddress, HasNothingBesideIt) {
  using namespace std::string_view_literals;
  for (const auto text : {""sv,
                          "192.0.2"sv,
                          "192.0.2.1.1"sv,
                          "192.0.2.01"sv,
                          "192.0.2.009"sv,
                          "192.0.2.256"sv,
                          "192.0.2.-1"sv,
                          "192.0.2.+1"sv,
                          "0xc0.0.2.1"sv,
                          "3221225985"sv,
                          "127.1"sv,
                          "192.0.2.1."sv,
                          "192.0.2.1/32"sv,
                          "192.0.2.1:80"sv,
                          " 192.0.2.1"sv,
                          "192.0.2.1 "sv,
                          "192.0.2.1\n"sv,
                          "192.0.2.1\0"sv,
                          "192.0.2.1\0.x"sv,
                          "１92.0.2.1"sv,
                          ":"sv,
                          ":::"sv,
                          "1::2::3"sv,
                          "1:2:3:4:5:6:7"sv,
                          "1:2:3:4:5:6:7:8:9"sv,
                          "::12345"sv,
                          "::00001"sv,
                          "::g"sv,
                          "[::1]"sv,
                          "::1%eth0"sv,
                          "fe80::1%1"sv,
                          "2001:db8::/32"sv,
                          "::1 "sv,
                          "::1\0"sv,
                          "::192.0.2.256"sv,
                          "::192.0.2.1:1"sv,
                          "example.com"sv}) {
    EXPECT_EQ(parse_ip(text), std::nullopt) << text;
  }
  EXPECT_EQ(parse_ip(std::string(1'000'000, ':')), std::nullopt);
}

TEST(SpecialUse, IsNamed) {
  const std::vector<std::pair<std::string_view, std::string_view>> uses{
      {"0.0.0.0", "unspecified"},
      {"0.1.2.3", "reserved"},
      {"10.0.0.0", "private"},
      {"10.255.255.255", "private"},
      {"100.64.0.0", "shared (carrier-grade NAT)"},
      {"100.127.255.255", "shared (carrier-grade NAT)"},
      {"127.0.0.1", "loopback"},
      {"169.254.169.254", "link-local"},
      {"172.16.0.0", "private"},
      {"172.31.255.255", "private"},
      {"192.0.0.8", "reserved"},
      {"192.0.0.170", "reserved"},
      {"192.0.2.1", "documentation"},
      {"192.88.99.2", "reserved"},
      {"192.168.1.1", "private"},
      {"198.18.0.0", "benchmarking"},
      {"198.19.255.255", "benchmarking"},
      {"198.51.100.7", "documentation"},
      {"203.0.113.7", "documentation"},
      {"224.0.0.1", "multicast"},
      {"239.255.255.250", "multicast"},
      {"240.0.0.1", "reserved"},
      {"255.255.255.255", "broadcast"},
      {"::", "unspecified"},
      {"::1", "loopback"},
      {"::2", "reserved"},
      {"::192.0.2.1", "reserved"},
      {"64:ff9b:1::1", "private"},
      {"100::1", "discard-only"},
      {"100:0:0:1::1", "reserved"},
      {"2001:1::4", "reserved"},
      {"2001:2::1", "benchmarking"},
      {"2001:10::1", "reserved"},
      {"2001:1ff::1", "reserved"},
      {"2001:db8:ffff::1", "documentation"},
      {"3fff::1", "documentation"},
      {"3fff:fff::1", "documentation"},
      {"5f00::1", "reserved"},
      {"fc00::1", "private"},
      {"fdff::1", "private"},
      {"fe80::1", "link-local"},
      {"febf::1", "link-local"},
      {"fec0::1", "private"},
      {"ff02::1", "multicast"},
  };
  for (const auto& [address, use] : uses) EXPECT_THAT(use_of(address), Optional(use)) << address;
}

TEST(SpecialUse, IsThatOfTheIpv4AddressInside) {
  EXPECT_THAT(use_of("::ffff:10.0.0.1"), Optional(std::string_view("private")));
  EXPECT_THAT(use_of("64:ff9b::127.0.0.1"), Optional(std::string_view("loopback")));
  EXPECT_THAT(use_of("2002:c0a8:101::1"), Optional(std::string_view("private")));
  EXPECT_EQ(use_of("::ffff:8.8.8.8"), std::nullopt);
  EXPECT_EQ(use_of("64:ff9b::8.8.8.8"), std::nullopt);
  EXPECT_EQ(use_of("2002:808:808::1"), std::nullopt);
}

TEST(SpecialUse, IsNotClaimedForAddressesThatEverybodyReaches) {
  for (const auto* address : {"1.1.1.1",
                              "8.8.8.8",
                              "9.255.255.255",
                              "11.0.0.0",
                              "100.63.255.255",
                              "100.128.0.0",
                              "126.255.255.255",
                              "128.0.0.0",
                              "169.253.255.255",
                              "172.15.255.255",
                              "172.32.0.0",
                              "192.0.0.9",
                              "192.0.0.10",
                              "192.0.1.0",
                              "192.31.196.1",
                              "192.52.193.1",
                              "192.88.99.1",
                              "192.175.48.1",
                              "198.17.255.255",
                              "198.20.0.0",
                              "223.255.255.255",
                              "2000::1",
                              "2001:0:4136:e378:8000:63bf:3fff:fdd2",
                              "2001:1::1",
                              "2001:1::2",
                              "2001:1::3",
                              "2001:3::1",
                              "2001:4:112::1",
                              "2001:20::1",
                              "2001:30::1",
                              "2001:200::1",
                              "2001:db7::1",
                              "2001:db9::1",
                              "2001:4860:4860::8888",
                              "2620:4f:8000::1",
                              "2a00:1450:4001::1",
                              "3fff:1000::1"}) {
    EXPECT_EQ(use_of(address), std::nullopt) << address;
  }
}

}  // namespace
}  // namespace stix
