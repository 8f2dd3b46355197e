#include "stix/bundle.hpp"

#include <gtest/gtest.h>

namespace stix {
namespace {

using nlohmann::json;

TEST(Bundle, KeepsTheFirstObjectOfAnIdAndTheOrder) {
  Bundle bundle;
  EXPECT_TRUE(bundle.add({{"type", "url"}, {"id", "url--1"}, {"value", "first"}}));
  EXPECT_TRUE(bundle.add({{"type", "file"}, {"id", "file--1"}}));
  EXPECT_FALSE(bundle.add({{"type", "url"}, {"id", "url--1"}, {"value", "second"}}));

  ASSERT_EQ(bundle.size(), 2U);
  EXPECT_EQ(bundle.objects()[0]["value"], "first");
  EXPECT_EQ(bundle.objects()[1]["id"], "file--1");
}

TEST(Bundle, HoldsNoObjectWithoutAnId) {
  Bundle bundle;
  EXPECT_FALSE(bundle.add({{"type", "url"}}));
  EXPECT_FALSE(bundle.add({{"type", "url"}, {"id", 7}}));
  EXPECT_FALSE(bundle.add(json::array({"url--1"})));
  EXPECT_EQ(bundle.size(), 0U);
}

TEST(Bundle, IsWrittenAsAStixBundle) {
  Bundle bundle;
  bundle.add({{"type", "url"}, {"id", "url--1"}});
  const auto expected = json::parse(R"({
    "type": "bundle", "id": "bundle--7", "spec_version": "2.1",
    "objects": [{"type": "url", "id": "url--1"}]
  })");
  EXPECT_EQ(bundle.to_json("bundle--7"), expected);
  EXPECT_EQ(json::parse(bundle.dump("bundle--7")), expected);
}

TEST(Bundle, WithoutObjectsHoldsAnEmptyArray) {
  EXPECT_EQ(Bundle().to_json("bundle--7")["objects"], json::array());
}

TEST(Bundle, ReplacesBytesThatAreNotUtf8) {
  Bundle bundle;
  bundle.add({{"type", "file"}, {"id", "file--1"}, {"name", "cut \xd0"}});
  EXPECT_EQ(json::parse(bundle.dump("bundle--7"))["objects"][0]["name"], "cut \ufffd");
}

}  // namespace
}  // namespace stix
