#include "mapping/bundle_rules.hpp"

#include <gmock/gmock.h>

#include <array>

#include "source/relationship_matrix.hpp"

namespace mapping {
namespace {

using nlohmann::json;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

const json ip{{"type", "ipv4-addr"}, {"id", "ipv4-addr--1"}, {"value", "192.0.2.1"}};
const json url{{"type", "url"}, {"id", "url--1"}, {"value", "http://a.example/"}};

json relationship(const std::string& type) {
  return {{"type", "relationship"},
          {"id", "relationship--1"},
          {"relationship_type", type},
          {"source_ref", "ipv4-addr--1"},
          {"target_ref", "url--1"}};
}

TEST(BundleRules, AreKeptByAPlainBundle) {
  EXPECT_THAT(broken_rules({ip, url, relationship("related-to")}), IsEmpty());
}

TEST(BundleRules, FindObjectsThatThePlatformWouldReject) {
  EXPECT_THAT(broken_rules({ip, ip}), ElementsAre(HasSubstr("twice")));
  EXPECT_THAT(broken_rules({ip, relationship("related-to")}), ElementsAre(HasSubstr("url--1")));
  EXPECT_THAT(broken_rules({ip, url, relationship("resolves-to")}),
              ElementsAre(HasSubstr("ipv4-addr resolves-to url")));
  auto odd = ip;
  odd["x_opencti_score"] = 101;
  odd["labels"] = json::array();
  EXPECT_THAT(broken_rules({odd}), ElementsAre(HasSubstr("labels"), HasSubstr("101")));
}

TEST(BundleRules, TheProgramsRelationshipsAreThePlatforms) {
  constexpr auto types = std::to_array<std::string_view>(
      {"file", "artifact", "ipv4-addr", "ipv6-addr", "domain-name", "hostname", "url",
       "autonomous-system", "indicator", "location", "identity", "organization"});
  const auto relationships = platform_relationships();
  EXPECT_THAT(relationships, testing::IsSupersetOf({"derived-from", "part-of", "drops"}));
  for (const auto source : types) {
    for (const auto& relationship : relationships) {
      for (const auto target : types) {
        EXPECT_EQ(source::is_accepted(source, relationship, target),
                  platform_accepts(source, relationship, target))
            << source << ' ' << relationship << ' ' << target;
      }
    }
  }
}

TEST(BundleRules, FindATimeThatIsHalfOrBackwards) {
  auto half = relationship("related-to");
  half["start_time"] = "2025-01-01T00:00:00.000Z";
  EXPECT_THAT(broken_rules({ip, url, half}), testing::Contains(HasSubstr("one time")));
  half["stop_time"] = "2024-01-01T00:00:00.000Z";
  EXPECT_THAT(broken_rules({ip, url, half}), ElementsAre(HasSubstr("stops before")));
}

TEST(BundleRules, ALocationThatThePlatformHasNeedNotCome) {
  auto located = relationship("located-at");
  located["target_ref"] = "location--1";
  EXPECT_THAT(broken_rules({ip, located}, {"location--1"}), IsEmpty());
}

}  // namespace
}  // namespace mapping
