#include "runtime/present_objects.hpp"

#include <gmock/gmock.h>

#include "support/log_lines.hpp"
#include "unit/runtime/fakes.hpp"

namespace runtime {
namespace {

using source::Present;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

class PresentObjectsTest : public ::testing::Test {
 protected:
  Present look_up(const std::vector<std::string>& ids, const std::string& draft_id = {}) {
    return objects.look_up(ids, opencti::DraftId(draft_id), log, deadline);
  }
  static std::vector<std::string> many(std::size_t count) {
    std::vector<std::string> ids;
    for (std::size_t at = 0; at < count; ++at) ids.push_back("url--" + std::to_string(at));
    return ids;
  }

  fakes::Journal journal;
  fakes::FakePlatform platform{journal};
  PresentObjects::Clock::time_point now{};
  PresentObjects objects{platform, [this] { return now; }};
  support::LogLines lines;
  telemetry::Log log = lines.log();
  net::Deadline deadline = net::Deadline::after(std::chrono::seconds(10));
};

TEST_F(PresentObjectsTest, OneRequestChecksAllObjects) {
  platform.present = {{.standard_id = "location--there", .other_ids = {"location--nl"}}};
  const auto present = look_up({"location--nl", "url--a"});
  ASSERT_THAT(present, SizeIs(2));
  ASSERT_TRUE(present.at("location--nl"));
  EXPECT_EQ(present.at("location--nl")->standard_id, "location--there");
  EXPECT_EQ(present.at("url--a"), nullptr);
  EXPECT_THAT(journal.entries(), ElementsAre("find 2"));
}

TEST_F(PresentObjectsTest, AnObjectWithSeveralIdsIsKeptOnce) {
  platform.present = {{.standard_id = "url--a", .other_ids = {"url--b", "url--c"}}};
  const auto present = look_up({"url--a", "url--b", "url--c"});
  EXPECT_EQ(present.at("url--a"), present.at("url--b"));
  EXPECT_EQ(present.at("url--a"), present.at("url--c"));
  EXPECT_THAT(present.at("url--a")->other_ids, IsEmpty());
}

TEST_F(PresentObjectsTest, TheCacheIsBoundedInBytes) {
  const auto ids = many(PresentObjects::page);
  for (const auto& id : ids) {
    platform.present.push_back({.standard_id = id, .names = {std::string(65'536, 'x')}});
  }
  look_up(ids);
  look_up({ids.back()});
  EXPECT_THAT(journal.entries(), ElementsAre("find 200"));
  look_up({ids.front()});
  EXPECT_THAT(journal.entries(), ElementsAre("find 200", "find 1"));
}

TEST_F(PresentObjectsTest, CachedObjectsAreNotRequestedAgain) {
  platform.present = {{.standard_id = "url--a"}};
  look_up({"url--a", "url--b"});
  const auto again = look_up({"url--a", "url--b"});
  EXPECT_TRUE(again.at("url--a"));
  EXPECT_FALSE(again.at("url--b"));
  look_up({"url--b", "url--c"});
  EXPECT_THAT(journal.entries(), ElementsAre("find 2", "find 1"));
}

TEST_F(PresentObjectsTest, ChangeableObjectsAreCachedForFiveSeconds) {
  platform.present = {{.standard_id = "url--a"}};
  const std::vector<std::string> ids{"url--a", "url--missing", "location--missing"};
  look_up(ids);
  now += std::chrono::seconds(5);
  look_up(ids);
  now += std::chrono::milliseconds(1);
  look_up(ids);
  EXPECT_THAT(journal.entries(), ElementsAre("find 3", "find 3"));
}

TEST_F(PresentObjectsTest, ExistingCountriesAndSectorsAreCachedForTenMinutes) {
  platform.present = {{.standard_id = "location--nl"}, {.standard_id = "identity--energy"}};
  const std::vector<std::string> ids{"location--nl", "identity--energy"};
  look_up(ids);
  now += std::chrono::minutes(10);
  look_up(ids);
  now += std::chrono::milliseconds(1);
  look_up(ids);
  EXPECT_THAT(journal.entries(), ElementsAre("find 2", "find 2"));
}

TEST_F(PresentObjectsTest, NothingIsAskedForNothing) {
  EXPECT_THAT(look_up({}), IsEmpty());
  EXPECT_THAT(journal.entries(), IsEmpty());
}

TEST_F(PresentObjectsTest, ThereIsOneRequestForEachPage) {
  EXPECT_THAT(look_up(many(2 * PresentObjects::page + 1)), SizeIs(2 * PresentObjects::page + 1));
  EXPECT_THAT(journal.entries(), ElementsAre("find 200", "find 200", "find 1"));
}

TEST_F(PresentObjectsTest, ADraftIsAskedForItself) {
  look_up({"url--a"});
  platform.present = {{.standard_id = "url--a"}};
  EXPECT_TRUE(look_up({"url--a"}, "draft-7").at("url--a"));
  EXPECT_FALSE(look_up({"url--a"}).at("url--a"));
  EXPECT_THAT(journal.entries(), SizeIs(2));
}

TEST_F(PresentObjectsTest, FailedRequestsGiveAWarningAndAreNotCached) {
  platform.present_error = opencti::Error{opencti::ErrorKind::forbidden, "no right"};
  EXPECT_THAT(look_up({"url--a"}), IsEmpty());
  EXPECT_EQ(lines.count("WARNING", "no right"), 1) << lines.all();
  platform.present_error.reset();
  EXPECT_THAT(look_up({"url--a"}), SizeIs(1));
}

TEST_F(PresentObjectsTest, AfterAnOutageNoMoreIsAsked) {
  platform.present_error = opencti::Error{opencti::ErrorKind::unreachable, "down"};
  look_up(many(2 * PresentObjects::page));
  EXPECT_THAT(journal.entries(), SizeIs(1));
  platform.present_error = opencti::Error{opencti::ErrorKind::rejected, "no"};
  look_up(many(2 * PresentObjects::page));
  EXPECT_THAT(journal.entries(), SizeIs(3)) << "a rejected query says nothing about the next one";
}

TEST_F(PresentObjectsTest, ADraftThatIsGoneCausesNeitherRequestsNorWarnings) {
  platform.present_error = opencti::Error{opencti::ErrorKind::draft_locked, "it is closed"};
  EXPECT_THAT(look_up(many(2 * PresentObjects::page), "draft-7"), IsEmpty());
  EXPECT_THAT(journal.entries(), SizeIs(1));
  EXPECT_EQ(lines.count("WARNING", "left out"), 0) << lines.all();
}

TEST_F(PresentObjectsTest, NothingIsAskedOnceTimeIsUp) {
  deadline = net::Deadline::after(std::chrono::seconds(0));
  EXPECT_THAT(look_up({"url--a"}), IsEmpty());
  EXPECT_THAT(journal.entries(), IsEmpty());
}

}  // namespace
}  // namespace runtime
