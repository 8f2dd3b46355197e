// Tests what is read from works and reported on them.
#include <gmock/gmock.h>

#include "opencti/client/platform.hpp"
#include "unit/opencti/scripted.hpp"

namespace opencti {
namespace {

using nlohmann::json;

using support::in_order;

TEST(Platform, AWorkOnAnOldPlatformCountsAsAlive) {
  Scripted scripted(in_order({Scripted::error("GRAPHQL_VALIDATION_FAILED")}));
  EXPECT_EQ(scripted.platform.work_alive(WorkId("work_1"), scripted.deadline), true);
}

TEST(Platform, AWorkIsOpenedInOneRequest) {
  Scripted scripted(in_order({Scripted::data({{"workEdit", {{"addExpectations", "work_1"}}}})}));
  ASSERT_TRUE(
      scripted.platform.open_work(WorkId("work_1"), {.expectations = 3}, scripted.deadline));
  EXPECT_EQ(scripted.server.requests().size(), 1U);
  EXPECT_EQ(scripted.variables(0)["expectations"], 3);
}

support::HttpReply work_with(int expected, int processed) {
  return Scripted::data(
      {{"work",
        {{"id", "work_1"},
         {"tracking",
          {{"import_expected_number", expected}, {"import_processed_number", processed}}}}}});
}

TEST(Platform, OpeningAgainAddsOnlyTheDifferenceAndDoesNotReopen) {
  Scripted scripted(
      in_order({work_with(2, 0), Scripted::data({{"workEdit", {{"addExpectations", "work_1"}}}})}));
  ASSERT_TRUE(scripted.platform.open_work(
      WorkId("work_1"), {.expectations = 3, .may_be_open = true}, scripted.deadline));
  EXPECT_EQ(scripted.variables(1)["expectations"], 1);
  EXPECT_EQ(scripted.variables(1)["first"], false);
}

TEST(Platform, ExpectationsOfOthersOnTheWorkAreNotTakenForOurs) {
  Scripted scripted(
      in_order({work_with(6, 0), Scripted::data({{"workEdit", {{"addExpectations", "work_1"}}}})}));
  ASSERT_TRUE(scripted.platform.open_work(
      WorkId("work_1"), {.expectations = 4, .may_be_open = true, .announced_by_others = 5},
      scripted.deadline));
  EXPECT_EQ(scripted.variables(1)["expectations"], 3);
}

TEST(Platform, AnOpeningWhoseAnswerWasLostIsNotCountedTwice) {
  Scripted scripted(in_order({{.then = support::Then::close,
                               .raw = ""},  // the request took effect, but its answer was lost
                              work_with(3, 0)}));
  ASSERT_TRUE(
      scripted.platform.open_work(WorkId("work_1"), {.expectations = 3}, scripted.deadline));
  EXPECT_EQ(scripted.server.requests().size(), 2U);
}

TEST(Platform, ExpectationsThatWillNotComeAreTakenBack) {
  Scripted scripted(in_order({work_with(3, 1),
                              {.status = 502},
                              work_with(3, 1),
                              Scripted::data({{"workEdit", {{"addExpectations", "work_1"}}}})}));
  ASSERT_TRUE(scripted.platform.expect_fewer(WorkId("work_1"), 3, scripted.deadline));
  EXPECT_EQ(scripted.variables(3)["expectations"], -2);
  EXPECT_EQ(scripted.variables(3)["first"], false);
}

TEST(Platform, ExpectationsOfOthersAreNotTakenBack) {
  Scripted scripted(in_order(
      {work_with(10, 2), Scripted::data({{"workEdit", {{"addExpectations", "work_1"}}}})}));
  ASSERT_TRUE(scripted.platform.expect_fewer(WorkId("work_1"), 4, scripted.deadline));
  EXPECT_EQ(scripted.variables(1)["expectations"], -4);
}

TEST(Platform, ManyWorksAreReadInOneRequest) {
  const auto node = [](json work) { return json{{"node", std::move(work)}}; };
  Scripted scripted(in_order({Scripted::data(
      {{"works",
        {{"edges",
          {node({{"id", "work_1"},
                 {"status", "complete"},
                 {"completed_time", "2026-05-01T10:20:30.000Z"},
                 {"tracking",
                  {{"import_expected_number", 6}, {"import_processed_number", nullptr}}}}),
           node({{"id", "work_2"},
                 {"status", "progress"},
                 {"completed_time", nullptr},
                 {"tracking",
                  {{"import_expected_number", 6}, {"import_processed_number", 2}}}})}}}}})}));
  const auto works = scripted.platform.read_works(
      {WorkId("work_1"), WorkId("work_2"), WorkId("work_3")}, scripted.deadline);
  ASSERT_TRUE(works) << works.error().message;
  ASSERT_EQ(works->size(), 2U);
  EXPECT_TRUE(works->at(0).complete);
  EXPECT_EQ(works->at(0).expected, 6);
  EXPECT_EQ(works->at(0).processed, std::nullopt);
  EXPECT_FALSE(works->at(1).was_complete);
  EXPECT_EQ(works->at(1).processed, 2);
  EXPECT_EQ(scripted.variables(0)["count"], 3);
  EXPECT_EQ(scripted.variables(0)["filters"]["filters"][0]["values"],
            json({"work_1", "work_2", "work_3"}));
}

TEST(Platform, ExpectationsThatThePlatformAnnouncedAsWellAreTakenBack) {
  Scripted scripted(
      in_order({work_with(6, 1), Scripted::data({{"workEdit", {{"addExpectations", "work_1"}}}})}));
  ASSERT_TRUE(scripted.platform.expect_at_most(WorkId("work_1"), 3, scripted.deadline));
  EXPECT_EQ(scripted.variables(1)["expectations"], -3);
}

TEST(Platform, WhereOnlyWeAnnouncedNothingIsTakenBack) {
  Scripted scripted(in_order({work_with(3, 0)}));
  ASSERT_TRUE(scripted.platform.expect_at_most(WorkId("work_1"), 3, scripted.deadline));
  EXPECT_EQ(scripted.server.requests().size(), 1U);
}

TEST(Platform, NothingIsTakenBackFromAWorkThatWaitsForNothing) {
  Scripted scripted(in_order({work_with(3, 3)}));
  ASSERT_TRUE(scripted.platform.expect_fewer(WorkId("work_1"), 3, scripted.deadline));
  EXPECT_EQ(scripted.server.requests().size(), 1U);
}

TEST(Platform, AWorkReportsItsProgress) {
  Scripted scripted(in_order({work_with(3, 2), Scripted::data({{"work", nullptr}}),
                              Scripted::data({{"work",
                                               {{"id", "work_1"},
                                                {"processed_time", "2026-05-01T10:20:30.000Z"},
                                                {"tracking", nullptr}}}})}));
  const auto begun = scripted.platform.read_work(WorkId("work_1"), scripted.deadline);
  ASSERT_TRUE(begun);
  EXPECT_EQ(begun->expected, 3);
  EXPECT_EQ(begun->processed, 2);
  EXPECT_FALSE(begun->reported);
  EXPECT_FALSE(scripted.platform.read_work(WorkId("work_1"), scripted.deadline)->reported);
  EXPECT_TRUE(scripted.platform.read_work(WorkId("work_1"), scripted.deadline)->reported);
}

TEST(Platform, AWorkIsClosedWithItsText) {
  Scripted scripted(in_order({Scripted::data({{"workEdit", {{"toProcessed", "work_1"}}}})}));
  ASSERT_TRUE(scripted.platform.close_work(WorkId("work_1"), "Nothing known \xff.", true,
                                           scripted.deadline));
  EXPECT_EQ(scripted.variables(0),
            (json{{"id", "work_1"}, {"message", "Nothing known \uFFFD."}, {"inError", true}}));
}

}  // namespace
}  // namespace opencti
