#include "opencti/client/needed_rights.hpp"

#include <gmock/gmock.h>

#include "unit/opencti/scripted.hpp"

namespace opencti {
namespace {

using support::in_order;

TEST(Platform, ANecessaryRightThatIsMissingIsNamedWithTheRoleToGive) {
  Scripted scripted(in_order({Scripted::error("FORBIDDEN_ACCESS")}));
  const auto closed =
      scripted.platform.close_work(WorkId("work_1"), "text", false, scripted.deadline);
  ASSERT_FALSE(closed);
  EXPECT_TRUE(closed.error().denied());
  EXPECT_THAT(closed.error().message, testing::HasSubstr("CONNECTORAPI"));
  EXPECT_THAT(closed.error().message, testing::HasSubstr("role Connector"));
}

TEST(Platform, WorksThatMayNotBeSeenAreNotAskedForAgainAtOnce) {
  Scripted scripted(in_order({Scripted::error("FORBIDDEN_ACCESS")}));
  for (int times = 0; times < 3; ++times) {
    const auto alive = scripted.platform.work_alive(WorkId("work_1"), scripted.deadline);
    ASSERT_FALSE(alive);
    EXPECT_EQ(alive.error().kind, ErrorKind::not_permitted);
    EXPECT_FALSE(alive.error().denied());
    EXPECT_FALSE(alive.error().temporary());
  }
  EXPECT_EQ(scripted.platform.read_work(WorkId("work_1"), scripted.deadline).error().kind,
            ErrorKind::not_permitted);
  EXPECT_EQ(scripted.server.requests().size(), 1U);
  EXPECT_EQ(scripted.lines.count("WARNING", "may not see works"), 1);
}

TEST(Platform, WhereTheWorkMayNotBeSeenTheObjectAloneIsRead) {
  const auto entity = Scripted::data({{"stixCoreObject", {{"standard_id", "file--1"}}}});
  Scripted scripted(in_order({Scripted::error("FORBIDDEN_ACCESS"), entity, entity}));
  for (int times = 0; times < 2; ++times) {
    const auto read =
        scripted.platform.read_entity(EntityId("file--1"), {}, WorkId("work_1"), scripted.deadline);
    ASSERT_TRUE(read) << read.error().message;
    EXPECT_EQ(read->caused_by, "");
  }
  EXPECT_EQ(scripted.server.requests().size(), 3U);
}

TEST(Platform, AMissingRightToReadObjectsIsNotTakenForOneToSeeWorks) {
  Scripted scripted(
      in_order({Scripted::error("FORBIDDEN_ACCESS"), Scripted::error("FORBIDDEN_ACCESS"),
                Scripted::data({{"isWorkAlive", true}})}));
  const auto read =
      scripted.platform.read_entity(EntityId("file--1"), {}, WorkId("work_1"), scripted.deadline);
  ASSERT_FALSE(read);
  EXPECT_TRUE(read.error().denied());
  EXPECT_TRUE(scripted.platform.work_alive(WorkId("work_1"), scripted.deadline));
}

TEST(Platform, OfTwoRequestsWithOneWorkOnlyTheLaterHasAKnownUser) {
  const json work{{"event_source_id", "file--2"}, {"user", {{"id", "somebody"}}}};
  const json object{{"standard_id", "file--1"}};
  Scripted scripted(in_order({Scripted::data({{"stixCoreObject", object}, {"work", work}})}));
  const auto read =
      scripted.platform.read_entity(EntityId("file--1"), {}, WorkId("work_1"), scripted.deadline);
  ASSERT_TRUE(read);
  EXPECT_EQ(read->caused_by, "");
}

TEST(NeededRights, OnlyAForbiddenCallIsAboutARight) {
  for (const auto& right : needed::all) {
    EXPECT_EQ(named({ErrorKind::busy, "m"}, right).kind, ErrorKind::busy);
    const auto error = named({ErrorKind::forbidden, "m"}, right);
    EXPECT_EQ(error.denied(), right.need == Need::necessary);
    EXPECT_THAT(error.message, testing::HasSubstr(right.capability));
  }
}

}  // namespace
}  // namespace opencti
