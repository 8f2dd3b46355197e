#include "source/indicator.hpp"

#include <gtest/gtest.h>

#include "support/hashes.hpp"

namespace source {
namespace {

using nlohmann::json;
using support::md5;
using support::sha256;

constexpr auto today = "2026-11-24T00:00:00.000Z";

std::optional<json> made_for(const std::string& type, const std::string& value,
                             const stix::Hashes& hashes = {}, std::string_view date = today,
                             std::optional<int> score = 100, std::string_view description = {}) {
  const stix::Observable observable{.id = type + "--1", .type = type, .value = value};
  return indicator_for(
      observable, hashes,
      {.name_of_file = sha256, .score = score, .description = description, .today = date}, {});
}

std::string pattern_of(const std::string& type, const std::string& value) {
  return made_for(type, value).value().at("pattern");
}

TEST(Indicator, OfAFileTestsEveryHash) {
  const auto indicator = made_for("file", "", {{"MD5", md5}, {"SHA-256", sha256}});
  ASSERT_TRUE(indicator);
  EXPECT_EQ((*indicator)["pattern"],
            "[file:hashes.'MD5' = '" + md5 + "' OR file:hashes.'SHA-256' = '" + sha256 + "']");
  EXPECT_EQ((*indicator)["name"], sha256);
  EXPECT_EQ((*indicator)["x_opencti_main_observable_type"], "StixFile");
  EXPECT_EQ((*indicator)["x_opencti_score"], 100);
}

TEST(Indicator, OfAnotherObjectTestsItsValue) {
  EXPECT_EQ(pattern_of("ipv4-addr", "198.51.100.1"), "[ipv4-addr:value = '198.51.100.1']");
  EXPECT_EQ(pattern_of("ipv6-addr", "2001:db8::1"), "[ipv6-addr:value = '2001:db8::1']");
  EXPECT_EQ(pattern_of("domain-name", "example.com"), "[domain-name:value = 'example.com']");
  EXPECT_EQ(pattern_of("hostname", "a.example.com"), "[hostname:value = 'a.example.com']");
  EXPECT_EQ(made_for("hostname", "a.example.com").value()["x_opencti_main_observable_type"],
            "Hostname");
  EXPECT_EQ(made_for("url", "http://example.com").value()["name"], "http://example.com");
}

TEST(Indicator, AUrlCannotEndItsPattern) {
  EXPECT_EQ(pattern_of("url", "http://example.com/' OR file:size > 0 OR url:value = '"),
            R"([url:value = 'http://example.com/\' OR file:size > 0 OR url:value = \''])");
  EXPECT_EQ(pattern_of("url", R"(http://example.com/\)"),
            R"([url:value = 'http://example.com/\\'])");
  EXPECT_EQ(pattern_of("url", R"(http://example.com/\')"),
            R"([url:value = 'http://example.com/\\\''])");
}

TEST(Indicator, IsValidForAYear) {
  const auto indicator = made_for("url", "http://example.com").value();
  EXPECT_EQ(indicator["valid_from"], today);
  EXPECT_EQ(indicator["valid_until"], "2027-11-24T00:00:00.000Z");
}

TEST(Indicator, AYearAfterALeapDayIsTheFirstOfMarch) {
  const auto until = [](std::string_view date) {
    return made_for("url", "http://example.com", {}, date).value()["valid_until"];
  };
  EXPECT_EQ(until("2028-02-29T00:00:00.000Z"), "2029-03-01T00:00:00.000Z");
  EXPECT_EQ(until("2028-02-28T00:00:00.000Z"), "2029-02-28T00:00:00.000Z");
  EXPECT_EQ(until("2027-12-31T00:00:00.000Z"), "2028-12-31T00:00:00.000Z");
}

TEST(Indicator, HasTheDescriptionThatItIsGiven) {
  EXPECT_EQ(made_for("url", "http://example.com", {}, today, 100, "seen").value()["description"],
            "seen");
  EXPECT_FALSE(made_for("url", "http://example.com").value().contains("description"));
}

TEST(Indicator, InvalidHashesStayOut) {
  const auto indicator = made_for("file", "", {{"MD5", md5}, {"SHA-1", "short"}, {"X' = 'y", md5}});
  EXPECT_EQ(indicator.value()["pattern"], "[file:hashes.'MD5' = '" + md5 + "']");
  EXPECT_EQ(made_for("file", "", {{"X", "T1"}}), std::nullopt);
}

TEST(Indicator, WithoutAScoreItHasNone) {
  const auto indicator = made_for("url", "http://example.com", {}, today, std::nullopt);
  ASSERT_TRUE(indicator);
  EXPECT_FALSE(indicator->contains("x_opencti_score"));
}

TEST(Indicator, IsAbsentWhereNoPatternDescribesTheObject) {
  EXPECT_EQ(made_for("email-addr", "a@b.example"), std::nullopt);
  EXPECT_EQ(made_for("file", ""), std::nullopt);
  EXPECT_EQ(made_for("url", ""), std::nullopt);
}

TEST(Indicator, IdFollowsFromThePatternAlone) {
  EXPECT_EQ(made_for("url", "http://example.com", {}, "2020-01-01T00:00:00.000Z").value()["id"],
            made_for("url", "http://example.com").value()["id"]);
}

}  // namespace
}  // namespace source
