#include "source/relationship_matrix.hpp"

#include <gtest/gtest.h>

namespace source {
namespace {

TEST(RelationshipMatrix, AcceptsTheRelationshipsThatThePlatformLists) {
  EXPECT_TRUE(is_accepted("file", "downloads", "file"));
  EXPECT_TRUE(is_accepted("file", "communicates-with", "domain-name"));
  EXPECT_TRUE(is_accepted("domain-name", "resolves-to", "ipv6-addr"));
  EXPECT_TRUE(is_accepted("hostname", "resolves-to", "ipv4-addr"));
  EXPECT_TRUE(is_accepted("ipv6-addr", "belongs-to", "autonomous-system"));
  EXPECT_TRUE(is_accepted("ipv4-addr", "located-at", "location"));
}

TEST(RelationshipMatrix, DirectionMatters) {
  EXPECT_FALSE(is_accepted("ipv4-addr", "resolves-to", "domain-name"));
  EXPECT_FALSE(is_accepted("domain-name", "communicates-with", "file"));
}

TEST(RelationshipMatrix, HostnamesArtifactsAndUrlsHaveLessThanTheirNeighbours) {
  EXPECT_FALSE(is_accepted("file", "communicates-with", "hostname"));
  EXPECT_FALSE(is_accepted("file", "communicates-with", "url"));
  EXPECT_FALSE(is_accepted("artifact", "downloads", "file"));
  EXPECT_FALSE(is_accepted("file", "downloads", "artifact"));
  EXPECT_FALSE(is_accepted("url", "resolves-to", "ipv4-addr"));
}

TEST(RelationshipMatrix, AnyTwoAreRelated) {
  EXPECT_TRUE(is_accepted("url", "related-to", "identity"));
  EXPECT_TRUE(is_accepted("email-addr", "related-to", "hostname"));
}

TEST(RelationshipMatrix, KnowsRelationshipsThatNoMappingUsesYet) {
  EXPECT_TRUE(is_accepted("indicator", "based-on", "url"));
  EXPECT_TRUE(is_accepted("hostname", "communicates-with", "domain-name"));
  EXPECT_TRUE(is_accepted("domain-name", "resolves-to", "hostname"));
  EXPECT_TRUE(is_accepted("url", "derived-from", "url"));
  EXPECT_FALSE(is_accepted("url", "derived-from", "domain-name"));
  EXPECT_FALSE(is_accepted("file", "communicates-with", "hostname"));
}

}  // namespace
}  // namespace source
