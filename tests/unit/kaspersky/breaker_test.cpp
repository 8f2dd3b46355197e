#include "kaspersky/breaker.hpp"

#include <gmock/gmock.h>

#include <future>

#include "support/log_lines.hpp"
#include "unit/kaspersky/lookup_doubles.hpp"

namespace kaspersky {
namespace {

using fakes::about;
using fakes::found_in;
using fakes::is;
using fakes::soon;
using ::testing::HasSubstr;
using namespace std::chrono_literals;

class BreakerTest : public ::testing::Test {
 protected:
  Outcome ask(Purpose purpose = Purpose::manual) {
    return breaker.look_up(about("a", purpose), soon());
  }
  void fail(int times) {
    tip.answer({Unavailable{"status 503"}});
    for (int i = 0; i < times; ++i) {
      if (i > 0) clock.advance(500ms);
      static_cast<void>(ask());
    }
  }

  support::LogLines lines;
  fakes::FakeClock clock;
  fakes::ScriptedLookup tip;
  Breaker breaker{{.clock = clock.clock()}, tip, lines.log()};
};

TEST_F(BreakerTest, AFewFailuresOpenNothing) {
  fail(4);
  tip.answer({NotFound{}});
  static_cast<void>(ask());
  fail(4);
  EXPECT_EQ(breaker.state(), BreakerState::closed);
  EXPECT_EQ(tip.calls(), 9U);
}

TEST_F(BreakerTest, FiveInARowDo) {
  fail(5);
  EXPECT_EQ(breaker.state(), BreakerState::open);
  const auto told = ask();
  EXPECT_EQ(tip.calls(), 5U);
  ASSERT_TRUE(is<Unavailable>(told));
  EXPECT_EQ(std::get<Unavailable>(told).why,
            "it does not answer (status 503). No requests have been sent since 2026-03-01 12:00:02 "
            "UTC; the next one is sent at 2026-03-01 12:00:12 UTC");
  EXPECT_FALSE(std::get<Unavailable>(told).transient);
}

TEST_F(BreakerTest, ButNotWhenAllFallIntoOneMoment) {
  tip.answer({Unavailable{"reset"}});
  for (int i = 0; i < 20; ++i) static_cast<void>(ask());
  EXPECT_EQ(breaker.state(), BreakerState::closed);
  clock.advance(2s);
  static_cast<void>(ask());
  EXPECT_EQ(breaker.state(), BreakerState::open);
}

TEST_F(BreakerTest, AfterThePauseOneProbesAndClosesIt) {
  fail(5);
  clock.advance(10s);
  tip.answer({found_in("Red")});
  EXPECT_TRUE(is<Found>(ask()));
  EXPECT_EQ(breaker.state(), BreakerState::closed);
  EXPECT_TRUE(is<Found>(ask()));
  EXPECT_EQ(tip.calls(), 7U);
}

TEST_F(BreakerTest, WhileOneProbesNobodyElseDoes) {
  fail(5);
  clock.advance(10s);
  tip.answer({NotFound{}});
  tip.hold("a");
  auto probe = std::async(std::launch::async, [&] { return ask(); });
  ASSERT_TRUE(tip.asked(6));
  EXPECT_EQ(breaker.state(), BreakerState::probing);
  const auto told = ask();
  ASSERT_TRUE(is<Unavailable>(told));
  EXPECT_THAT(std::get<Unavailable>(told).why, HasSubstr("one is in flight now"));
  EXPECT_EQ(tip.calls(), 6U);
  tip.release("a");
  EXPECT_TRUE(is<NotFound>(probe.get()));
}

TEST_F(BreakerTest, EachProbeThatFailsDoublesThePauseUpToABound) {
  fail(5);
  for (const auto pause : {10s, 20s, 40s, 80s, 160s, 300s, 300s}) {
    const auto before = tip.calls();
    clock.advance(pause - 1s);
    static_cast<void>(ask());
    EXPECT_EQ(tip.calls(), before) << pause.count();
    clock.advance(1s);
    static_cast<void>(ask());
    EXPECT_EQ(tip.calls(), before + 1) << pause.count();
  }
  clock.advance(300s);
  tip.answer({NotFound{}});
  static_cast<void>(ask());
  fail(5);
  clock.advance(10s);
  const auto before = tip.calls();
  static_cast<void>(ask());
  EXPECT_EQ(tip.calls(), before + 1) << "the first pause of a new outage is short";
}

TEST_F(BreakerTest, ARejectionOpensItAtOnceForLonger) {
  for (const auto pause : {30s, 60s, 120s, 240s, 480s, 960s, 1920s, 3600s, 3600s}) {
    tip.answer({Refused{"status 401: the token is wrong"}});
    const auto before = tip.calls();
    static_cast<void>(ask(Purpose::automatic));
    EXPECT_EQ(tip.calls(), before + 1);
    clock.advance(pause - 1s);
    const auto told = ask(Purpose::automatic);
    EXPECT_EQ(tip.calls(), before + 1) << pause.count();
    ASSERT_TRUE(is<Refused>(told));
    EXPECT_THAT(std::get<Refused>(told).why,
                HasSubstr("status 401: the token is wrong. No requests have been sent since "
                          "2026-03-01 12:00:00 UTC; the next one is sent at 2026-03-01"));
    clock.advance(1s);
  }
  tip.answer({NotFound{}});
  EXPECT_TRUE(is<NotFound>(ask()));
  EXPECT_EQ(breaker.state(), BreakerState::closed);
}

TEST_F(BreakerTest, ALookupThatSentNoRequestDecidesNothing) {
  fail(5);
  clock.advance(10s);
  for (const Outcome& outcome :
       {Outcome(QuotaExhausted{}), Outcome(RateLimited{}), Outcome(Skipped{})}) {
    tip.answer({outcome});
    EXPECT_EQ(ask().index(), outcome.index());
    EXPECT_EQ(breaker.state(), BreakerState::open);
  }
  tip.answer({NotFound{}});
  EXPECT_TRUE(is<NotFound>(ask())) << "the next lookup is the probe";
}

TEST_F(BreakerTest, ACallerThatRanOutOfTimeDecidesNothing) {
  tip.hold("a");
  for (int i = 0; i < 6; ++i) {
    EXPECT_TRUE(is<Unavailable>(breaker.look_up(about("a"), soon(1ms))));
  }
  EXPECT_EQ(breaker.state(), BreakerState::closed);
}

TEST_F(BreakerTest, ALostAnswerDecidesNothing) {
  tip.answer({Unavailable{.why = "lost", .lost = true}});
  for (int i = 0; i < 6; ++i) {
    clock.advance(1s);
    EXPECT_TRUE(is<Unavailable>(ask()));
  }
  EXPECT_EQ(breaker.state(), BreakerState::closed);
}

TEST_F(BreakerTest, TheConnectorsOwnShortageOfMemoryDecidesNothing) {
  tip.answer({Unavailable{.why = "no memory", .transient = false, .deferred = true}});
  for (int i = 0; i < 6; ++i) {
    clock.advance(1s);
    EXPECT_TRUE(is<Unavailable>(ask()));
  }
  EXPECT_EQ(breaker.state(), BreakerState::closed);
}

TEST_F(BreakerTest, AProbeIsNotHedged) {
  fail(5);
  clock.advance(10s);
  tip.answer({NotFound{}});
  auto inquiry = about("a");
  inquiry.hedged = true;
  for (int i = 0; i < 2; ++i) static_cast<void>(breaker.look_up(inquiry, soon()));
  EXPECT_FALSE(tip.inquiries().at(5).hedged);
  EXPECT_TRUE(tip.inquiries().at(6).hedged);
}

TEST_F(BreakerTest, AnyAnswerShowsThatTheServiceIsThere) {
  for (const Outcome& outcome :
       {Outcome(found_in("Red")), Outcome(NotFound{}), Outcome(Rejected{}), Outcome(Malformed{})}) {
    fail(4);
    tip.answer({outcome});
    static_cast<void>(ask());
    EXPECT_EQ(breaker.state(), BreakerState::closed);
  }
}

TEST_F(BreakerTest, EachChangeIsLoggedOnce) {
  fail(8);
  EXPECT_EQ(lines.count("ERROR", "Kaspersky does not answer"), 1) << lines.all();
  clock.advance(10s);
  tip.answer({NotFound{}});
  static_cast<void>(ask());
  static_cast<void>(ask());
  EXPECT_EQ(lines.count("INFO", "Sending a probe to Kaspersky"), 1) << lines.all();
  EXPECT_EQ(lines.count("INFO", "Kaspersky answers again"), 1) << lines.all();
  EXPECT_EQ(lines.count("ERROR", ""), 1) << lines.all();
}

TEST_F(BreakerTest, ADefectDuringAProbeLeavesRoomForTheNext) {
  class Throwing final : public Lookup {
   public:
    Outcome look_up(const Inquiry&, const net::Deadline&) override {
      if (defect) throw std::runtime_error("no");
      return Refused{"status 401"};
    }
    bool defect = false;
  } service;
  Breaker guarded({.clock = clock.clock()}, service, lines.log());
  static_cast<void>(guarded.look_up(about("a"), soon()));
  service.defect = true;
  clock.advance(30s);
  EXPECT_THROW(static_cast<void>(guarded.look_up(about("a"), soon())), std::runtime_error);
  EXPECT_THROW(static_cast<void>(guarded.look_up(about("a"), soon())), std::runtime_error);
}

TEST_F(BreakerTest, WaitingLookupsArePostponedAtAStop) {
  fail(5);
  std::promise<void> waits;
  auto waiting = std::async(std::launch::async, [&] {
    auto inquiry = about("b");
    inquiry.on_hold = [&] { waits.set_value(); };
    return breaker.look_up(inquiry, soon());
  });
  waits.get_future().get();
  breaker.stop_waiting();
  EXPECT_TRUE(std::get<Unavailable>(waiting.get()).deferred);
  EXPECT_TRUE(std::get<Unavailable>(ask(Purpose::automatic)).deferred);
  EXPECT_FALSE(std::get<Unavailable>(ask(Purpose::manual)).deferred)
      << "manual requests are not deferred";
  clock.advance(10s);
  tip.answer({NotFound{}});
  EXPECT_TRUE(is<NotFound>(ask(Purpose::automatic)));
}

class BreakerInRealTime : public ::testing::Test {
 protected:
  support::LogLines lines;
  fakes::ScriptedLookup tip{{Unavailable{"reset"}, Unavailable{"reset"}, NotFound{}}};
  Breaker breaker{{.failures = 1, .failing_for = 0ms, .unavailable = {1s, 60s}}, tip, lines.log()};
};

TEST_F(BreakerInRealTime, AutomaticRequestsWaitForTheServiceToComeBack) {
  static_cast<void>(breaker.look_up(about("a"), soon()));
  std::vector<std::future<Outcome>> waiting;
  for (int i = 0; i < 4; ++i) {
    waiting.push_back(
        std::async(std::launch::async, [&] { return breaker.look_up(about("b"), soon()); }));
  }
  int unavailable = 0;
  for (auto& one : waiting) {
    const auto outcome = one.get();
    if (is<Unavailable>(outcome)) {
      ++unavailable;
    } else {
      EXPECT_TRUE(is<NotFound>(outcome));
    }
  }
  EXPECT_EQ(unavailable, 1)
      << "the first probe failed; the other lookups waited for the second probe";
  EXPECT_EQ(breaker.state(), BreakerState::closed);
}

TEST_F(BreakerTest, CallersBeyondTheMaximumOfWaitingOnesAreAnsweredSoon) {
  Breaker narrow({.failures = 1,
                  .failing_for = 0ms,
                  .max_waiting = 1,
                  .short_wait = 1ms,
                  .clock = clock.clock()},
                 tip, lines.log());
  tip.answer({Unavailable{"reset"}});
  static_cast<void>(narrow.look_up(about("a"), soon()));
  std::stop_source stop;
  std::promise<void> waits;
  auto first = std::async(std::launch::async, [&] {
    auto inquiry = about("b");
    inquiry.on_hold = [&] { waits.set_value(); };
    return narrow.look_up(inquiry, net::Deadline::after(20s, stop.get_token()));
  });
  waits.get_future().get();
  EXPECT_TRUE(is<Unavailable>(narrow.look_up(about("c"), soon())));
  EXPECT_EQ(first.wait_for(0s), std::future_status::timeout)
      << "the clock does not move, so the wait has not ended";
  stop.request_stop();
  EXPECT_TRUE(is<Unavailable>(first.get()));
  EXPECT_EQ(tip.calls(), 1U);
}

TEST_F(BreakerInRealTime, ButNotBeyondTheirDeadlineOrAStop) {
  static_cast<void>(breaker.look_up(about("a"), soon()));
  EXPECT_TRUE(is<Unavailable>(breaker.look_up(about("b"), soon(500ms))));
  std::stop_source stop;
  auto waiting = std::async(std::launch::async, [&] {
    return breaker.look_up(about("b"), net::Deadline::after(20s, stop.get_token()));
  });
  stop.request_stop();
  EXPECT_TRUE(is<Unavailable>(waiting.get()));
  EXPECT_EQ(tip.calls(), 1U);
}

TEST_F(BreakerTest, ReportsWhyItIsOpenAndWhenItAsksAgain) {
  EXPECT_EQ(breaker.report().problem, "");
  fail(5);
  auto report = breaker.report();
  EXPECT_EQ(report.state, BreakerState::open);
  EXPECT_FALSE(report.refused);
  EXPECT_EQ(report.problem,
            "it does not answer (status 503). No requests have been sent since 2026-03-01 12:00:02 "
            "UTC; the next one is sent at 2026-03-01 12:00:12 UTC");
  clock.advance(10s);
  EXPECT_THAT(breaker.report().problem, HasSubstr("with the next lookup"));
  tip.answer({Refused{"status 401"}});
  static_cast<void>(ask());
  report = breaker.report();
  EXPECT_TRUE(report.refused);
  EXPECT_THAT(report.problem, HasSubstr("status 401. No requests have been sent since"));
}

}  // namespace
}  // namespace kaspersky
