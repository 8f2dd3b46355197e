#include "runtime/shared_entities.hpp"

#include <gmock/gmock.h>

#include "support/log_lines.hpp"
#include "unit/runtime/fakes.hpp"

namespace runtime {
namespace {

using enrichment::SharedEntity;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

class SharedEntitiesTest : public ::testing::Test {
 protected:
  static SharedEntity named(const std::string& id) {
    SharedEntity entity;
    entity.id = id;
    entity.known_by = {id};
    return entity;
  }
  std::vector<SharedEntity> resolved(std::vector<SharedEntity> entities,
                                     const std::string& draft_id = {}) {
    left_out = shared.resolve(entities, draft_id, log, deadline);
    return entities;
  }

  std::size_t left_out = 0;
  testing::Journal journal;
  testing::FakePlatform platform{journal};
  SharedEntities shared{platform};
  support::LogLines lines;
  telemetry::Log log = lines.log();
  net::Deadline deadline = net::Deadline::after(std::chrono::seconds(10));
};

TEST_F(SharedEntitiesTest, WhatThePlatformHasIsFilledIn) {
  platform.shared = {{"location--nl", "location--there"}};
  const auto entities = resolved({named("location--nl"), named("identity--energy")});
  ASSERT_THAT(entities, SizeIs(2));
  EXPECT_EQ(entities[0].standard_id, "location--there");
  EXPECT_EQ(entities[1].standard_id, "") << "nothing is there, so that it is sent";
}

TEST_F(SharedEntitiesTest, EachIsAskedForOnceWhetherItIsThereOrNot) {
  platform.shared = {{"location--nl", "location--there"}};
  resolved({named("location--nl"), named("identity--energy")});
  const auto again = resolved({named("location--nl"), named("identity--energy")});
  EXPECT_THAT(journal.entries(), ElementsAre("find location--nl", "find identity--energy"));
  ASSERT_THAT(again, SizeIs(2));
  EXPECT_EQ(again[0].standard_id, "location--there");
  EXPECT_EQ(again[1].standard_id, "");
}

TEST_F(SharedEntitiesTest, ADraftIsAskedForItself) {
  resolved({named("location--nl")});
  platform.shared = {{"location--nl", "location--in-draft"}};
  EXPECT_EQ(resolved({named("location--nl")}, "draft-7").at(0).standard_id, "location--in-draft");
  EXPECT_EQ(resolved({named("location--nl")}).at(0).standard_id, "");
  EXPECT_THAT(journal.entries(), SizeIs(2));
}

TEST_F(SharedEntitiesTest, OneThatCouldNotBeAskedForIsTakenOutWithAWarning) {
  platform.shared_error = opencti::Error{opencti::ErrorKind::unreachable, "down"};
  EXPECT_THAT(resolved({named("location--nl")}), IsEmpty());
  EXPECT_EQ(lines.count("WARNING", "down"), 1) << lines.all();
}

TEST_F(SharedEntitiesTest, AfterAnOutageNoMoreIsAsked) {
  resolved({named("identity--c")});
  platform.shared_error = opencti::Error{opencti::ErrorKind::unreachable, "down"};
  EXPECT_THAT(resolved({named("identity--a"), named("identity--b"), named("identity--c")}),
              SizeIs(1));
  EXPECT_EQ(left_out, 2U);
  EXPECT_THAT(journal.entries(), ElementsAre("find identity--c", "find identity--a"));
  platform.shared_error = opencti::Error{opencti::ErrorKind::rejected, "no"};
  EXPECT_THAT(resolved({named("identity--a"), named("identity--b")}), IsEmpty());
  EXPECT_THAT(journal.entries(), SizeIs(4)) << "what one was refused says nothing of the next";
}

TEST_F(SharedEntitiesTest, NothingIsAskedOnceTimeIsUp) {
  deadline = net::Deadline::after(std::chrono::seconds(0));
  EXPECT_THAT(resolved({named("identity--a")}), IsEmpty());
  EXPECT_THAT(journal.entries(), IsEmpty());
  EXPECT_EQ(left_out, 1U);
}

TEST_F(SharedEntitiesTest, AFailureIsNotRemembered) {
  platform.shared_error = opencti::Error{opencti::ErrorKind::unreachable, "down"};
  resolved({named("location--nl")});
  platform.shared_error.reset();
  EXPECT_THAT(resolved({named("location--nl")}), SizeIs(1));
}

TEST_F(SharedEntitiesTest, OthersStayInTheirOrderWhenOneIsTakenOut) {
  resolved({named("identity--a"), named("identity--c")});
  platform.shared_error = opencti::Error{opencti::ErrorKind::unreachable, "down"};
  const auto left = resolved({named("identity--a"), named("identity--b"), named("identity--c")});
  ASSERT_THAT(left, SizeIs(2));
  EXPECT_EQ(left[0].id, "identity--a");
  EXPECT_EQ(left[1].id, "identity--c");
}

}  // namespace
}  // namespace runtime
