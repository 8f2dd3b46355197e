#include "tip/saved_answer.hpp"

#include <gmock/gmock.h>

#include "commands/observed_value.hpp"
#include "support/samples.hpp"
#include "tip/product.hpp"

namespace {

using support::sample;
using testing::Optional;
using tip::subject_in;

std::optional<std::string> other_subject_in(const std::string& answer, std::string_view value) {
  tip::Options options;
  return tip::other_subject_in(answer,
                               commands::observable_of(value, tip::product(options)).value());
}

TEST(SavedAnswer, NamesItsObject) {
  EXPECT_EQ(subject_in(R"({"IpGeneralInfo": {"Ip": "198.51.100.7"}})"), "198.51.100.7");
  EXPECT_EQ(subject_in(R"({"UrlGeneralInfo": {"Url": "example.net/a"}})"), "http://example.net/a");
  EXPECT_EQ(subject_in(R"({"Zone": "Red"})"), "");
  EXPECT_EQ(subject_in("<html>"), "");
}

TEST(SavedAnswer, IsThatOfTheValueWhateverItsSpelling) {
  const std::string domain = R"({"DomainGeneralInfo": {"Domain": "Evil.Example.COM"}})";
  EXPECT_EQ(other_subject_in(domain, "evil[.]example.com"), std::nullopt);
  const std::string url = R"({"UrlGeneralInfo": {"Url": "example.net/a/"}})";
  for (const auto* value : {"https://example.net/a", "http://EXAMPLE.net/a/", "example.net/a"}) {
    EXPECT_EQ(other_subject_in(url, value), std::nullopt) << value;
  }
  const std::string address = R"({"IpGeneralInfo": {"Ip": "2001:db8:0::1"}})";
  EXPECT_EQ(other_subject_in(address, "2001:DB8::1"), std::nullopt);
}

TEST(SavedAnswer, OfAnotherValueOrKindIsDetected) {
  const auto address = sample("ip/full");
  EXPECT_THAT(other_subject_in(address, "evil.example.com"), Optional(subject_in(address)));
  EXPECT_THAT(other_subject_in(address, "203.0.113.9"), Optional(subject_in(address)));
  EXPECT_THAT(other_subject_in(address, std::string(32, 'a')), Optional(subject_in(address)));
  const auto url = sample("url/full");
  EXPECT_THAT(other_subject_in(url, "shop.example.net"), Optional(subject_in(url)));
  EXPECT_THAT(other_subject_in(url, "https://shop.example.net/"), Optional(subject_in(url)));
}

TEST(SavedAnswer, WithoutTheNameOfItsObjectMayBeOfAnyObject) {
  for (const auto* path : {"ip/all-null", "ip/wrong-types"}) {
    EXPECT_EQ(other_subject_in(sample(path), "203.0.113.9"), std::nullopt) << path;
  }
  EXPECT_EQ(other_subject_in(R"({"Zone": "Red"})", "evil.example.com"), std::nullopt);
}

}  // namespace
