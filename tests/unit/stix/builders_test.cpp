// One example of each object that stix/objects.hpp builds.
#include <gtest/gtest.h>

#include "stix/ids.hpp"
#include "stix/objects.hpp"

namespace stix {
namespace {

using nlohmann::json;

const std::string created = "2025-01-01T00:00:00.000Z";
const Provenance ours{.author_ref = "identity--a", .marking_refs = {"marking-definition--m"}};

/// Adds the properties that every object with timestamps has to the object's own ones.
json dated(json own) {
  own.update(json{{"spec_version", "2.1"},
                  {"created", created},
                  {"modified", created},
                  {"created_by_ref", "identity--a"},
                  {"object_marking_refs", {"marking-definition--m"}}});
  return own;
}

TEST(Builders, AFileIsItsHashesAndNamesItsAuthorWhereThePlatformLooks) {
  const Hashes hashes{{"MD5", std::string(32, 'a')}};
  EXPECT_EQ(file(hashes, ours), (json{{"type", "file"},
                                      {"spec_version", "2.1"},
                                      {"id", file_id(hashes)},
                                      {"hashes", {{"MD5", std::string(32, 'a')}}},
                                      {"x_opencti_created_by_ref", "identity--a"},
                                      {"object_marking_refs", {"marking-definition--m"}}}));
}

TEST(Builders, AnObservableOfAValue) {
  EXPECT_EQ(observable_of_value("domain-name", "example.com", ours),
            (json{{"type", "domain-name"},
                  {"spec_version", "2.1"},
                  {"id", value_id("domain-name", "example.com")},
                  {"value", "example.com"},
                  {"x_opencti_created_by_ref", "identity--a"},
                  {"object_marking_refs", {"marking-definition--m"}}}));
}

TEST(Builders, WithoutAuthorAndMarkingNeitherIsWritten) {
  EXPECT_EQ(observable_of_value("url", "http://example.com", {}),
            (json{{"type", "url"},
                  {"spec_version", "2.1"},
                  {"id", value_id("url", "http://example.com")},
                  {"value", "http://example.com"}}));
}

TEST(Builders, AnAutonomousSystemIsItsNumberAndMayHaveAName) {
  EXPECT_EQ(autonomous_system(64500, "EXAMPLE", {}), (json{{"type", "autonomous-system"},
                                                           {"spec_version", "2.1"},
                                                           {"id", autonomous_system_id(64500)},
                                                           {"number", 64500},
                                                           {"name", "EXAMPLE"}}));
  EXPECT_FALSE(autonomous_system(64500, "", {}).contains("name"));
}

TEST(Builders, ACountryHasItsCodesAsAliases) {
  EXPECT_EQ(country("Netherlands", {"NL", "NLD"}, created, ours),
            dated({{"type", "location"},
                   {"id", location_id("Netherlands", "Country")},
                   {"name", "Netherlands"},
                   {"country", "Netherlands"},
                   {"x_opencti_location_type", "Country"},
                   {"x_opencti_aliases", {"NL", "NLD"}}}));
}

TEST(Builders, ASectorIsAClassOfIdentities) {
  EXPECT_EQ(sector("Energy", created, ours), dated({{"type", "identity"},
                                                    {"id", identity_id("class", "Energy")},
                                                    {"name", "Energy"},
                                                    {"identity_class", "class"}}));
}

TEST(Builders, ANoteHasTheIdThatItIsGiven) {
  EXPECT_EQ(note("note--1", "Title", "Text", "file--1", created, ours),
            dated({{"type", "note"},
                   {"id", "note--1"},
                   {"abstract", "Title"},
                   {"content", "Text"},
                   {"object_refs", {"file--1"}}}));
}

TEST(Builders, AnIndicatorIsItsPattern) {
  const auto* const pattern = "[url:value = 'http://example.com']";
  const auto object = indicator(pattern, "name", created, "2026-01-01T00:00:00.000Z", ours);
  EXPECT_EQ(object, dated({{"type", "indicator"},
                           {"id", deterministic_id("indicator", {{"pattern", pattern}})},
                           {"name", "name"},
                           {"pattern", pattern},
                           {"pattern_type", "stix"},
                           {"valid_from", created},
                           {"valid_until", "2026-01-01T00:00:00.000Z"}}));
  EXPECT_EQ(
      indicator(pattern, "other", "2026-05-01T00:00:00.000Z", "2027-05-01T00:00:00.000Z", {})["id"],
      object["id"]);
}

TEST(Builders, ARelationshipIsItsTypeAndItsEnds) {
  EXPECT_EQ(relationship({"downloads", "file--1", "file--2"}, created, ours),
            dated({{"type", "relationship"},
                   {"id", relationship_id("downloads", "file--1", "file--2")},
                   {"relationship_type", "downloads"},
                   {"source_ref", "file--1"},
                   {"target_ref", "file--2"}}));
}

}  // namespace
}  // namespace stix
