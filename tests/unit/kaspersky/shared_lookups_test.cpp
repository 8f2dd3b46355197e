#include "kaspersky/shared_lookups.hpp"

#include <gmock/gmock.h>

#include <future>
#include <stop_token>
#include <thread>

#include "support/figures.hpp"
#include "unit/kaspersky/lookup_doubles.hpp"

namespace kaspersky {
namespace {

using fakes::about;
using fakes::found_in;
using fakes::is;
using fakes::soon;
using namespace std::chrono_literals;

class SharedLookupsTest : public ::testing::Test {
 protected:
  std::future<Outcome> ask(Inquiry inquiry, net::Deadline deadline = soon()) {
    return std::async(std::launch::async,
                      [this, inquiry = std::move(inquiry), deadline = std::move(deadline)] {
                        return shared.look_up(inquiry, deadline);
                      });
  }
  [[nodiscard]] bool wait_for_waiting(std::size_t number) const {
    return support::wait_until([&] { return shared.waiting() == number; });
  }

  fakes::ScriptedLookup tip{{found_in("Red")}};
  telemetry::Metrics metrics;
  SharedLookups shared{tip, metrics.counters({.name = "joined_total", .help = ""}).with({})};
};

TEST_F(SharedLookupsTest, IdenticalLookupsAtOnceShareOneRequest) {
  tip.hold("a");
  std::vector<std::future<Outcome>> answers;
  for (int i = 0; i < 8; ++i) answers.push_back(ask(about("a")));
  ASSERT_TRUE(wait_for_waiting(7));
  tip.release("a");
  for (auto& answer : answers) EXPECT_TRUE(is<Found>(answer.get()));
  EXPECT_EQ(tip.calls(), 1U);
  EXPECT_EQ(support::figure(metrics.text(), "joined_total"), 7);
}

TEST_F(SharedLookupsTest, OthersDoNotWait) {
  tip.hold("a");
  auto first = ask(about("a"));
  ASSERT_TRUE(tip.asked(1));
  EXPECT_TRUE(is<Found>(shared.look_up(about("b"), soon())));
  tip.release("a");
  EXPECT_TRUE(is<Found>(first.get()));
}

TEST_F(SharedLookupsTest, OneAfterTheOtherAreTwoCalls) {
  static_cast<void>(shared.look_up(about("a"), soon()));
  static_cast<void>(shared.look_up(about("a"), soon()));
  EXPECT_EQ(tip.calls(), 2U);
}

TEST_F(SharedLookupsTest, EachWaitsNoLongerThanItsOwnDeadline) {
  tip.hold("a");
  auto first = ask(about("a"));
  ASSERT_TRUE(tip.asked(1));
  EXPECT_TRUE(is<Unavailable>(shared.look_up(about("a"), soon(10ms))));
  std::stop_source stop;
  stop.request_stop();
  EXPECT_TRUE(
      is<Unavailable>(shared.look_up(about("a"), net::Deadline::after(20s, stop.get_token()))));
  tip.release("a");
  EXPECT_TRUE(is<Found>(first.get()));
  EXPECT_EQ(tip.calls(), 1U);
}

TEST_F(SharedLookupsTest, WhenTheLeaderIsStoppedAnotherTakesOver) {
  tip.hold("a");
  std::stop_source stop;
  auto leader = ask(about("a"), net::Deadline::after(20s, stop.get_token()));
  ASSERT_TRUE(tip.asked(1));
  auto second = ask(about("a"));
  auto third = ask(about("a"));
  ASSERT_TRUE(wait_for_waiting(2));
  stop.request_stop();
  EXPECT_TRUE(is<Unavailable>(leader.get()));
  ASSERT_TRUE(tip.asked(2));
  tip.release("a");
  EXPECT_TRUE(is<Found>(second.get()));
  EXPECT_TRUE(is<Found>(third.get()));
}

TEST_F(SharedLookupsTest, WhenTheLeaderRunsOutOfTimeAnotherTakesOver) {
  tip.hold("a");
  auto leader = ask(about("a"), soon(300ms));
  ASSERT_TRUE(tip.asked(1));
  auto second = ask(about("a"));
  EXPECT_TRUE(is<Unavailable>(leader.get()));
  ASSERT_TRUE(tip.asked(2));
  tip.release("a");
  EXPECT_TRUE(is<Found>(second.get()));
}

TEST_F(SharedLookupsTest, AFailureIsSharedToo) {
  tip.hold("a");
  tip.answer({Unavailable{"down"}});
  auto first = ask(about("a"));
  ASSERT_TRUE(tip.asked(1));
  auto second = ask(about("a"));
  ASSERT_TRUE(wait_for_waiting(1));
  tip.release("a");
  EXPECT_TRUE(is<Unavailable>(first.get()));
  EXPECT_TRUE(is<Unavailable>(second.get()));
  EXPECT_EQ(tip.calls(), 1U);
}

TEST_F(SharedLookupsTest, AManualRequestDoesNotGetTheExhaustedQuotaOfAutomaticOnes) {
  tip.hold("a");
  tip.answer({QuotaExhausted{}, found_in("Red")});
  auto first = ask(about("a"));
  ASSERT_TRUE(tip.asked(1));
  auto person = ask(about("a", Purpose::manual));
  ASSERT_TRUE(wait_for_waiting(1));
  tip.release("a");
  EXPECT_TRUE(is<QuotaExhausted>(first.get()));
  EXPECT_TRUE(is<Found>(person.get()));
}

TEST_F(SharedLookupsTest, AFreshInquiryDoesNotJoinOneThatMayBeAnsweredFromTheCache) {
  tip.hold("a");
  auto first = ask(about("a"));
  ASSERT_TRUE(tip.asked(1));
  auto fresh = about("a");
  fresh.fresh = true;
  auto second = ask(fresh);
  EXPECT_TRUE(tip.asked(2));
  tip.release("a");
  EXPECT_TRUE(is<Found>(first.get()));
  EXPECT_TRUE(is<Found>(second.get()));
}

/// Puts automatic lookups on hold until they are released; other lookups fail at once.
class Away final : public Lookup {
 public:
  Outcome look_up(const Inquiry& inquiry, const net::Deadline& deadline) override {
    if (inquiry.purpose != Purpose::automatic) return Unavailable{"away"};
    held.look_up(inquiry, soon(0ms));
    if (inquiry.on_hold) inquiry.on_hold();
    return held.look_up(inquiry, deadline);
  }
  fakes::ScriptedLookup held{{found_in("Red")}};
};

TEST(SharedLookupsOnHold, DelayNeitherManualRequestsNorPlaybooks) {
  Away away;
  away.held.hold("a");
  SharedLookups shared(away);
  const auto ask = [&](Purpose purpose) {
    return std::async(std::launch::async,
                      [&shared, purpose] { return shared.look_up(about("a", purpose), soon()); });
  };
  auto leader = ask(Purpose::automatic);
  ASSERT_TRUE(away.held.asked(1));
  for (const auto purpose : {Purpose::manual, Purpose::playbook}) {
    EXPECT_EQ(std::get<Unavailable>(ask(purpose).get()).why, "away");
  }
  auto follower = ask(Purpose::automatic);
  away.held.release("a");
  EXPECT_TRUE(is<Found>(leader.get()));
  EXPECT_TRUE(is<Found>(follower.get()));
}

class Throwing final : public Lookup {
 public:
  Outcome look_up(const Inquiry&, const net::Deadline&) override {
    ++calls;
    throw std::runtime_error("no");
  }
  int calls = 0;
};

TEST(SharedLookupsOfADefect, LeaveNobodyWaiting) {
  Throwing defect;
  SharedLookups shared(defect);
  EXPECT_THROW(static_cast<void>(shared.look_up(about("a"), soon())), std::runtime_error);
  EXPECT_THROW(static_cast<void>(shared.look_up(about("a"), soon())), std::runtime_error);
  EXPECT_EQ(defect.calls, 2);
}

}  // namespace
}  // namespace kaspersky
