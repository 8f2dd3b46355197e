#include "opencti/client/intermediary_watch.hpp"

#include <gmock/gmock.h>

#include <vector>

namespace opencti {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using namespace std::chrono_literals;

class IntermediaryWatchTest : public ::testing::Test {
 protected:
  std::vector<std::string> said;
  std::chrono::steady_clock::time_point now{1h};
  IntermediaryWatch watch{
      {.report = [this](const auto& what) { said.push_back(what.value_or("over")); },
       .quiet = 60s,
       .now = [this] { return now; }}};
};

TEST_F(IntermediaryWatchTest, SaysNothingOfAPlatformThatAnswers) {
  watch.platform_answered();
  EXPECT_THAT(said, IsEmpty());
}

TEST_F(IntermediaryWatchTest, AnswersInTurnsAreOneEpisode) {
  for (int i = 0; i < 100; ++i) {
    watch.intermediary_answered("a page");
    now += 1s;
    for (int j = 0; j < 20; ++j) watch.platform_answered();
    now += 58s;
    watch.platform_answered();
  }
  EXPECT_THAT(said, ElementsAre("a page"));
}

TEST_F(IntermediaryWatchTest, ItIsOverOnceThePlatformAnswersAndNothingElseHasForAMinute) {
  watch.intermediary_answered("a page");
  now += 59s;
  watch.platform_answered();
  EXPECT_THAT(said, ElementsAre("a page"));
  now += 1s;
  watch.platform_answered();
  watch.platform_answered();
  EXPECT_THAT(said, ElementsAre("a page", "over"));
}

TEST_F(IntermediaryWatchTest, ItIsNotOverWhileNobodyAnswers) {
  watch.intermediary_answered("a page");
  now += 1h;
  watch.intermediary_answered("another page");
  watch.platform_answered();
  EXPECT_THAT(said, ElementsAre("a page"));
}

TEST_F(IntermediaryWatchTest, TheNextEpisodeIsSaidAgain) {
  watch.intermediary_answered("a page");
  now += 60s;
  watch.platform_answered();
  watch.intermediary_answered("another page");
  EXPECT_THAT(said, ElementsAre("a page", "over", "another page"));
}

}  // namespace
}  // namespace opencti
