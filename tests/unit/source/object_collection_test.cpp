#include "source/object_collection.hpp"

#include <gmock/gmock.h>

namespace source {
namespace {

using nlohmann::json;
using testing::IsEmpty;
using testing::SizeIs;

const stix::Provenance ours{.author_ref = "identity--a", .marking_refs = {"marking-definition--m"}};
const stix::RelationshipEnds ends{"downloads", "file--1", "file--2"};

class ObjectCollectionTest : public testing::Test {
 protected:
  static json file(int number) { return {{"type", "file"}, {"id", id_of(number)}}; }
  static std::string id_of(int number) { return "file--" + std::to_string(number); }
  /// The one object or relationship that was gathered.
  json only() {
    const auto all = objects.take();
    EXPECT_THAT(all, SizeIs(1));
    return all.at(0);
  }
  void add_times(const std::string& first, const std::string& last) {
    objects.add_relationship(ends, {first, last});
  }

  ObjectCollection objects{ours};
};

TEST_F(ObjectCollectionTest, TheFirstVersionOfAnObjectStays) {
  objects.add({{"id", "note--1"}, {"content", "first"}});
  objects.add({{"id", "note--1"}, {"content", "second"}});
  EXPECT_EQ(only()["content"], "first");
}

TEST_F(ObjectCollectionTest, ObjectsComeInTheirOrderAndBeforeRelationships) {
  objects.add_observable(file(2), {}, {});
  objects.add_relationship(ends);
  objects.add_observable(file(1), {}, {});
  objects.add_observable(file(2), {}, {});
  const auto all = objects.take();
  ASSERT_THAT(all, SizeIs(3));
  EXPECT_EQ(all[0]["id"], "file--2");
  EXPECT_EQ(all[1]["id"], "file--1");
  EXPECT_EQ(all[2]["type"], "relationship");
}

TEST_F(ObjectCollectionTest, TheHighestScoreCounts) {
  objects.add_observable(file(1), 50, {});
  objects.add_observable(file(1), 100, {});
  objects.add_observable(file(1), 0, {});
  objects.add_observable(file(1), {}, {});
  EXPECT_EQ(only()["x_opencti_score"], 100);
}

TEST_F(ObjectCollectionTest, AScoreOfZeroCountsAndAMissingOneDoesNot) {
  objects.add_observable(file(1), 0, {});
  EXPECT_EQ(only()["x_opencti_score"], 0);
  objects = ObjectCollection(ours);
  objects.add_observable(file(1), {}, {});
  EXPECT_FALSE(only().contains("x_opencti_score"));
}

TEST_F(ObjectCollectionTest, NamesAddUpEachOnce) {
  objects.add_observable(file(1), {}, {"b.exe", "a.exe"});
  objects.add_observable(file(1), {}, {"a.exe", "c.exe"});
  EXPECT_EQ(only()["x_opencti_additional_names"], json::array({"a.exe", "b.exe", "c.exe"}));
}

TEST_F(ObjectCollectionTest, ThereIsALimitToNames) {
  for (int i = 0; i < 1000; ++i) {
    objects.add_observable(file(1), {}, {std::to_string(i)});
  }
  EXPECT_THAT(only()["x_opencti_additional_names"], SizeIs(50));
}

TEST_F(ObjectCollectionTest, ARelationshipIsOneForEachTypeAndPairAndHasItsProvenance) {
  objects.add_relationship(ends);
  objects.add_relationship(ends);
  objects.add_relationship({"downloads", "file--2", "file--1"});
  objects.add_relationship({"related-to", "file--1", "file--2"});
  const auto all = objects.take();
  ASSERT_THAT(all, SizeIs(3));
  EXPECT_EQ(all[0]["created_by_ref"], "identity--a");
  EXPECT_EQ(all[0]["object_marking_refs"], json::array({"marking-definition--m"}));
  EXPECT_EQ(all[0]["created"], standard_created);
}

TEST_F(ObjectCollectionTest, ARelationshipLastsFromTheEarliestStartToTheLatestStop) {
  add_times("2021-03-01T00:00:00.000Z", "2021-04-01T00:00:00.000Z");
  add_times("2021-01-01T00:00:00.000Z", "2021-02-01T00:00:00.000Z");
  add_times("2021-03-15T00:00:00.000Z", "2021-05-01T00:00:00.000Z");
  const auto object = only();
  EXPECT_EQ(object["start_time"], "2021-01-01T00:00:00.000Z");
  EXPECT_EQ(object["stop_time"], "2021-05-01T00:00:00.000Z");
}

TEST_F(ObjectCollectionTest, TimesThatAreHalfKnownOrOutOfOrderDoNotCount) {
  add_times("2020-01-01T00:00:00.000Z", "");
  add_times("", "2023-01-01T00:00:00.000Z");
  add_times("2022-01-01T00:00:00.000Z", "2021-12-31T00:00:00.000Z");
  const auto object = only();
  EXPECT_FALSE(object.contains("start_time"));
  EXPECT_FALSE(object.contains("stop_time"));
}

TEST_F(ObjectCollectionTest, AMomentIsATime) {
  add_times("2021-03-01T00:00:00.000Z", "2021-03-01T00:00:00.000Z");
  const auto object = only();
  EXPECT_EQ(object["start_time"], object["stop_time"]);
}

TEST_F(ObjectCollectionTest, ARelationshipHasNoDescriptionThatWouldReplaceAnAnalysts) {
  add_times("2021-03-01T00:00:00.000Z", "2021-03-01T00:00:00.000Z");
  EXPECT_FALSE(only().contains("description"));
}

TEST_F(ObjectCollectionTest, NothingGatheredIsNothing) { EXPECT_THAT(objects.take(), IsEmpty()); }

TEST(ObjectCollection, ThatTwoObjectsAreRelatedIsSaidOnce) {
  ObjectCollection objects({});
  objects.add_relationship({"related-to", "url--1", "url--2"}, {"2022", "2023"});
  objects.add_relationship({"related-to", "url--2", "url--1"}, {"2020", "2021"});
  const auto all = objects.take();
  ASSERT_EQ(all.size(), 1U);
  EXPECT_EQ(all[0]["source_ref"], "url--1");
  EXPECT_EQ(all[0]["start_time"], "2020");
  EXPECT_EQ(all[0]["stop_time"], "2023");
}

TEST(ObjectCollection, OtherRelationshipsHaveADirection) {
  ObjectCollection objects({});
  objects.add_relationship({"downloads", "file--1", "file--2"});
  objects.add_relationship({"downloads", "file--2", "file--1"});
  EXPECT_EQ(objects.take().size(), 2U);
}

}  // namespace
}  // namespace source
