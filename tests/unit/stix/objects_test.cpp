#include "stix/objects.hpp"

#include <gtest/gtest.h>

namespace stix {
namespace {

using nlohmann::json;

TEST(Organization, IsTheSameInEveryRun) {
  EXPECT_EQ(organization("Kaspersky Enrichment", "2024-05-01T10:20:30.123Z"), json::parse(R"({
    "type": "identity",
    "spec_version": "2.1",
    "id": "identity--204d1078-cb63-5ef2-b6ae-aef1df5bb8a9",
    "created": "2024-05-01T10:20:30.123Z",
    "modified": "2024-05-01T10:20:30.123Z",
    "name": "Kaspersky Enrichment",
    "identity_class": "organization"
  })"));
}

TEST(ExternalReference, HoldsOnlyTheGivenFields) {
  EXPECT_EQ(external_reference("Portal", "https://portal.example/1"),
            json::parse(R"({"source_name": "Portal", "url": "https://portal.example/1"})"));
  EXPECT_EQ(external_reference("Portal", "https://portal.example/1", "The page", "1"),
            json::parse(R"({"source_name": "Portal", "url": "https://portal.example/1",
                            "description": "The page", "external_id": "1"})"));
}

}  // namespace
}  // namespace stix
