#include "kaspersky/confirmed_refusals.hpp"

#include <gmock/gmock.h>

#include "kaspersky/breaker.hpp"
#include "support/log_lines.hpp"
#include "unit/kaspersky/lookup_doubles.hpp"

namespace kaspersky {
namespace {

using fakes::about;
using fakes::found_in;
using fakes::is;
using fakes::soon;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using namespace std::chrono_literals;

class ConfirmedRefusalsTest : public ::testing::Test {
 protected:
  fakes::ScriptedLookup tip;
  std::vector<std::chrono::milliseconds> waits;
  ConfirmedRefusals refusals{
      {.pause = 500ms,
       .wait =
           [this](std::chrono::milliseconds wait, const std::stop_token& stop) {
             waits.push_back(wait);
             return !stop.stop_requested();
           }},
      tip};
};

TEST_F(ConfirmedRefusalsTest, OneIsFollowedByARequestOverAnotherConnectionWhichDecides) {
  for (const Outcome& outcome :
       {Outcome(found_in("Red")), Outcome(NotFound{}), Outcome(Unavailable{"status 502"})}) {
    tip.answer({Refused{"status 403"}, outcome});
    auto inquiry = about("a", Purpose::manual);
    inquiry.hedged = true;
    const auto before = tip.calls();
    EXPECT_EQ(refusals.look_up(inquiry, soon()).index(), outcome.index());
    ASSERT_EQ(tip.calls(), before + 2);
    EXPECT_FALSE(tip.inquiries().at(before).is_retry);
    EXPECT_TRUE(tip.inquiries().at(before).hedged);
    const auto second = tip.inquiries().at(before + 1);
    EXPECT_TRUE(second.is_retry) << "over another connection";
    EXPECT_FALSE(second.hedged)
        << "the second lookup is not hedged, which would send a third request";
    EXPECT_EQ(second.value, "a");
    EXPECT_EQ(second.purpose, Purpose::manual);
  }
  EXPECT_THAT(waits, ElementsAre(500ms, 500ms, 500ms));
}

TEST_F(ConfirmedRefusalsTest, TwoInARowAreARejectionAndNotFollowedByAThirdRequest) {
  tip.answer({Refused{"status 403"}, Refused{"status 401"}});
  const auto outcome = refusals.look_up(about("a"), soon());
  ASSERT_TRUE(is<Refused>(outcome));
  EXPECT_EQ(std::get<Refused>(outcome).why, "status 401");
  EXPECT_EQ(tip.calls(), 2U);
}

TEST_F(ConfirmedRefusalsTest, AllElseIsAskedOnce) {
  for (const Outcome& outcome :
       {Outcome(found_in("Red")), Outcome(NotFound{}), Outcome(RateLimited{}),
        Outcome(QuotaExhausted{}), Outcome(Rejected{}), Outcome(Unavailable{}),
        Outcome(Malformed{})}) {
    tip.answer({outcome});
    const auto before = tip.calls();
    EXPECT_EQ(refusals.look_up(about("a"), soon()).index(), outcome.index());
    EXPECT_EQ(tip.calls(), before + 1);
  }
  EXPECT_THAT(waits, IsEmpty());
}

TEST_F(ConfirmedRefusalsTest, WithoutTimeForTheSecondRequestItIsNotARejection) {
  tip.answer({Refused{"status 403"}});
  const auto outcome = refusals.look_up(about("a"), soon(400ms));
  ASSERT_TRUE(is<Unavailable>(outcome));
  EXPECT_THAT(std::get<Unavailable>(outcome).why, HasSubstr("status 403; no time was left"));
  EXPECT_FALSE(std::get<Unavailable>(outcome).transient);
  EXPECT_EQ(tip.calls(), 1U);
  EXPECT_THAT(waits, IsEmpty());
}

TEST_F(ConfirmedRefusalsTest, NorWhereAStopEndsTheWait) {
  tip.answer({Refused{"status 403"}});
  std::stop_source stop;
  stop.request_stop();
  EXPECT_TRUE(
      is<Unavailable>(refusals.look_up(about("a"), net::Deadline::after(60s, stop.get_token()))));
  EXPECT_EQ(tip.calls(), 1U);
}

TEST_F(ConfirmedRefusalsTest, SingleRejectionsNeverOpenTheBreakerHoweverMany) {
  support::LogLines lines;
  fakes::FakeClock clock;
  Breaker breaker({.clock = clock.clock()}, refusals, lines.log());
  for (int i = 0; i < 20; ++i) {
    tip.answer({Refused{"status 403"}, NotFound{}});
    EXPECT_TRUE(is<NotFound>(breaker.look_up(about("a"), soon())));
    clock.advance(1s);
  }
  EXPECT_EQ(breaker.state(), BreakerState::closed);
  EXPECT_EQ(lines.all(), "");
  tip.answer({Refused{"status 403"}});
  EXPECT_TRUE(is<Refused>(breaker.look_up(about("a"), soon())));
  EXPECT_EQ(breaker.state(), BreakerState::open);
}

TEST_F(ConfirmedRefusalsTest, AProbeThatIsRejectedOnlyOnceClosesTheBreaker) {
  support::LogLines lines;
  fakes::FakeClock clock;
  Breaker breaker({.clock = clock.clock()}, refusals, lines.log());
  tip.answer({Refused{"status 403"}});
  static_cast<void>(breaker.look_up(about("a"), soon()));
  clock.advance(30s);
  tip.answer({Refused{"status 403"}, NotFound{}});
  EXPECT_TRUE(is<NotFound>(breaker.look_up(about("a"), soon())));
  EXPECT_EQ(breaker.state(), BreakerState::closed);
}

}  // namespace
}  // namespace kaspersky
