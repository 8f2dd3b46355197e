#include "kaspersky/retries.hpp"

#include <gmock/gmock.h>

#include "unit/kaspersky/lookup_doubles.hpp"

namespace kaspersky {
namespace {

using fakes::about;
using fakes::found_in;
using fakes::is;
using fakes::soon;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using namespace std::chrono_literals;

class RetriesTest : public ::testing::Test {
 protected:
  Outcome ask(std::chrono::milliseconds time = 60s) {
    return retries.look_up(about("a"), soon(time));
  }

  fakes::ScriptedLookup tip;
  std::vector<std::chrono::milliseconds> waits;
  double random = 0.5;
  Retries retries{{.random = [this] { return random; },
                   .pause =
                       [this](std::chrono::milliseconds wait, const std::stop_token& stop) {
                         waits.push_back(wait);
                         return !stop.stop_requested();
                       }},
                  tip};
};

TEST_F(RetriesTest, ASuccessfulLookupSendsOneRequest) {
  for (const Outcome& outcome : {Outcome(found_in("Red")), Outcome(NotFound{})}) {
    tip.answer({outcome});
    const auto before = tip.calls();
    EXPECT_EQ(ask().index(), outcome.index());
    EXPECT_EQ(tip.calls(), before + 1);
  }
}

TEST_F(RetriesTest, ATransientFailureIsRetried) {
  tip.answer({Unavailable{"status 502"}, Unavailable{"reset"}, found_in("Red")});
  EXPECT_TRUE(is<Found>(ask()));
  EXPECT_EQ(tip.calls(), 3U);
}

TEST_F(RetriesTest, RetriesEnd) {
  tip.answer({Unavailable{"status 502"}});
  EXPECT_TRUE(is<Unavailable>(ask()));
  EXPECT_EQ(tip.calls(), 4U);
}

TEST_F(RetriesTest, WaitsAreDrawnBetweenNothingAndTwiceTheOneBefore) {
  tip.answer({Unavailable{"status 502"}});
  static_cast<void>(ask());
  random = 0.0;
  static_cast<void>(ask());
  EXPECT_THAT(waits, ElementsAre(250ms, 500ms, 1000ms, 0ms, 0ms, 0ms));
}

TEST_F(RetriesTest, APermanentFailureIsNotRetried) {
  for (const Outcome& outcome :
       {Outcome(Refused{}), Outcome(Rejected{}), Outcome(Malformed{}), Outcome(QuotaExhausted{}),
        Outcome(Skipped{}), Outcome(Unavailable{.why = "certificate", .transient = false})}) {
    tip.answer({outcome});
    EXPECT_EQ(ask().index(), outcome.index());
  }
  EXPECT_THAT(waits, IsEmpty());
}

TEST_F(RetriesTest, ARateLimitIsRetriedAfterTheTimeThatTheServiceNames) {
  tip.answer({RateLimited{7s}, found_in("Red")});
  EXPECT_TRUE(is<Found>(ask()));
  EXPECT_THAT(waits, ElementsAre(7250ms));
}

TEST_F(RetriesTest, ARateLimitBeyondTheDeadlineIsNotRetried) {
  tip.answer({RateLimited{61s}, found_in("Red")});
  const auto outcome = ask();
  ASSERT_TRUE(is<RateLimited>(outcome));
  EXPECT_EQ(std::get<RateLimited>(outcome).retry_after, 61s);
  EXPECT_THAT(waits, IsEmpty());
}

TEST_F(RetriesTest, ARateLimitWithoutATimeIsRetriedLikeAFailure) {
  tip.answer({RateLimited{}, found_in("Red")});
  EXPECT_TRUE(is<Found>(ask()));
  EXPECT_THAT(waits, ElementsAre(250ms));
}

TEST_F(RetriesTest, AStopEndsTheWait) {
  tip.answer({Unavailable{"status 502"}});
  std::stop_source stop;
  Retries stopped{{.random = [] { return 1.0; },
                   .pause =
                       [&](std::chrono::milliseconds, const std::stop_token& token) {
                         stop.request_stop();
                         return !token.stop_requested();
                       }},
                  tip};
  EXPECT_TRUE(
      is<Unavailable>(stopped.look_up(about("a"), net::Deadline::after(60s, stop.get_token()))));
  EXPECT_EQ(tip.calls(), 1U);
}

TEST_F(RetriesTest, ALostAnswerIsAskedForOnceMoreAtOnceAndThenTheUsualWay) {
  tip.answer({Unavailable{.why = "lost", .lost = true}, Unavailable{"status 502"}, NotFound{}});
  EXPECT_TRUE(is<NotFound>(ask()));
  EXPECT_THAT(waits, ElementsAre(0ms, 500ms));
  std::vector<bool> hedged;
  for (const auto& inquiry : tip.inquiries()) hedged.push_back(inquiry.hedged);
  EXPECT_EQ(hedged, (std::vector<bool>{true, false, false}));
}

TEST_F(RetriesTest, ALookupWithoutRetriesIsNotHedged) {
  Retries once{{.tries = 1}, tip};
  static_cast<void>(once.look_up(about("a"), soon()));
  EXPECT_FALSE(tip.inquiries().at(0).hedged);
}

TEST_F(RetriesTest, SaysWhichTriesAreNotTheFirst) {
  tip.answer({Unavailable{"status 502"}, Unavailable{"reset"}, found_in("Red")});
  static_cast<void>(ask());
  std::vector<bool> again;
  for (const auto& inquiry : tip.inquiries()) again.push_back(inquiry.is_retry);
  EXPECT_EQ(again, (std::vector<bool>{false, true, true}));
}

}  // namespace
}  // namespace kaspersky
