#include "kaspersky/budget.hpp"

#include <gmock/gmock.h>

#include <future>
#include <limits>
#include <thread>

#include "kaspersky/file_ledger.hpp"
#include "support/log_lines.hpp"
#include "support/temporary_folder.hpp"
#include "unit/kaspersky/lookup_doubles.hpp"

namespace kaspersky {
namespace {

using fakes::about;
using fakes::is;
using fakes::soon;
using namespace std::chrono_literals;

Found licensed(std::int64_t requests, std::int64_t quota) {
  Found found;
  found.answer.license =
      LicenseInfo{.day_requests = requests, .day_quota = quota, .token_expiration_date = {}};
  return found;
}

class BudgetTest : public ::testing::Test {
 protected:
  void start() {
    budget.reset();
    ledger.reset();
    store.reset();
    store.emplace(storage::DatabaseOptions{.path = path, .max_size = store_size}, lines.log());
    ledger.emplace(*store, lines.log());
    budget.emplace(
        BudgetOptions{.daily = daily, .reserve_percent = reserve, .clock = clock.clock()}, tip,
        *ledger, lines.log());
  }
  Outcome ask(Purpose purpose = Purpose::automatic) {
    if (!budget) start();
    return budget->look_up(about("a", purpose), soon());
  }
  /// The number of requests until the quota is exhausted.
  int spend(Purpose purpose) {
    int made = 0;
    while (made < 1000 && !is<QuotaExhausted>(ask(purpose))) ++made;
    return made;
  }
  /// Today's figures.
  RequestLedger::Figures figures() {
    return ledger->figures(
        std::chrono::floor<std::chrono::days>(clock.now()).time_since_epoch().count());
  }

  support::TemporaryFolder folder;
  std::string path;
  std::int64_t store_size = 1024 * 1024;
  std::optional<std::int64_t> daily;
  int reserve = 10;
  support::LogLines lines;
  fakes::FakeClock clock;
  fakes::ScriptedLookup tip;
  std::optional<storage::Database> store;
  std::optional<FileLedger> ledger;
  std::optional<Budget> budget;
};

TEST_F(BudgetTest, WithoutAnyFigureThereIsNoLimit) {
  EXPECT_EQ(spend(Purpose::automatic), 1000);
  EXPECT_EQ(figures().quota, std::nullopt);
  EXPECT_EQ(figures().all, 1000);
}

TEST_F(BudgetTest, ImpossibleFiguresAreReadAsTheNearestPossibleOnes) {
  path = folder.path() / "store.db";
  start();
  const std::int64_t today =
      std::chrono::floor<std::chrono::days>(clock.now()).time_since_epoch().count();
  constexpr std::int64_t most = std::numeric_limits<std::int64_t>::max();
  constexpr std::int64_t least = std::numeric_limits<std::int64_t>::min();
  ASSERT_TRUE(store->run("INSERT INTO requests VALUES (?, ?, ?, ?)", {today, most, least, least}));
  start();
  EXPECT_FALSE(is<QuotaExhausted>(ask()));
  EXPECT_EQ(figures().quota, std::nullopt);
  EXPECT_GT(figures().ours, 1'000'000'000);
  EXPECT_EQ(figures().all, figures().ours);
  ASSERT_TRUE(store->run("UPDATE requests SET ours = ?, total = ?, quota = 7", {least, least}));
  start();
  EXPECT_FALSE(is<QuotaExhausted>(ask()));
  EXPECT_EQ(figures().ours, 1);
  EXPECT_EQ(figures().quota, 7);
}

TEST_F(BudgetTest, TheReserveIsForManualRequests) {
  daily = 50;
  EXPECT_EQ(spend(Purpose::automatic), 45);
  EXPECT_EQ(spend(Purpose::playbook), 0);
  EXPECT_EQ(spend(Purpose::manual), 5);
  EXPECT_EQ(tip.calls(), 50U);
}

TEST_F(BudgetTest, TheReserveFollowsTheSetting) {
  daily = 9;
  EXPECT_EQ(spend(Purpose::automatic), 9) << "a tenth of 9 is less than one request";
  clock.advance(24h);
  reserve = 100;
  start();
  EXPECT_EQ(spend(Purpose::automatic), 0);
  EXPECT_EQ(spend(Purpose::manual), 9);
}

TEST_F(BudgetTest, ItGoesOnAtTheNextDayOfUtc) {
  daily = 1;
  EXPECT_TRUE(is<NotFound>(ask()));
  const auto spent = ask();
  ASSERT_TRUE(is<QuotaExhausted>(spent));
  const std::chrono::system_clock::time_point midnight =
      std::chrono::sys_days(std::chrono::year(2026) / 3 / 2);
  EXPECT_EQ(std::get<QuotaExhausted>(spent).until, midnight);
  clock.advance(12h - 1s);
  EXPECT_TRUE(is<QuotaExhausted>(ask()));
  clock.advance(1s);
  EXPECT_TRUE(is<NotFound>(ask()));
}

TEST_F(BudgetTest, ARestartForgetsNothing) {
  path = folder.path() / "store.db";
  daily = 10;
  reserve = 0;
  for (int i = 0; i < 7; ++i) static_cast<void>(ask());
  start();
  EXPECT_EQ(spend(Purpose::automatic), 3);
}

/// Reads the count in the store while a request is in flight.
class Spy final : public Lookup {
 public:
  explicit Spy(std::optional<storage::Database>& store) : store_(store) {}
  Outcome look_up(const Inquiry&, const net::Deadline&) override {
    seen.push_back(storage::number(store_->run("SELECT ours FROM requests").value().at(0).at(0)));
    return Unavailable{"killed"};
  }
  std::vector<std::int64_t> seen;

 private:
  std::optional<storage::Database>& store_;
};

TEST_F(BudgetTest, ARequestIsWrittenDownBeforeItIsMade) {
  start();
  Spy spy(store);
  Budget before({.clock = clock.clock()}, spy, *ledger, lines.log());
  static_cast<void>(before.look_up(about("a"), soon()));
  static_cast<void>(before.look_up(about("a"), soon()));
  EXPECT_THAT(spy.seen, ::testing::ElementsAre(1, 2));
}

TEST_F(BudgetTest, TheFiguresOfTheLicenceCount) {
  tip.answer({licensed(1, 20)});
  EXPECT_EQ(spend(Purpose::automatic), 18);
}

TEST_F(BudgetTest, OthersWithTheSameLicenceCount) {
  tip.answer({licensed(95, 100)});
  EXPECT_TRUE(is<Found>(ask()));
  EXPECT_TRUE(is<QuotaExhausted>(ask()));
  EXPECT_EQ(spend(Purpose::manual), 5);
}

TEST_F(BudgetTest, OthersWithTheSameLicenceDoNotUseUpOurOwnLimit) {
  daily = 50;
  reserve = 0;
  tip.answer({licensed(500, 1000)});
  EXPECT_EQ(spend(Purpose::automatic), 50);
}

TEST_F(BudgetTest, ALowerFigureThanOursChangesNothing) {
  tip.answer({licensed(1, 1000)});
  for (int i = 0; i < 10; ++i) static_cast<void>(ask());
  EXPECT_EQ(figures().all, 10);
}

TEST_F(BudgetTest, TheLastRequestOfTheQuotaIsNotAFault) {
  reserve = 0;
  tip.answer({licensed(1, 1)});
  EXPECT_TRUE(is<Found>(ask()));
  EXPECT_EQ(lines.count("WARNING", ""), 0) << lines.all();
}

TEST_F(BudgetTest, TheQuotaOfYesterdayHoldsUntilAnAnswerHasAnother) {
  path = folder.path() / "store.db";
  reserve = 0;
  tip.answer({licensed(1, 3)});
  EXPECT_EQ(spend(Purpose::automatic), 3);
  clock.advance(24h);
  start();
  tip.answer({NotFound{}});
  EXPECT_EQ(spend(Purpose::automatic), 3);
  clock.advance(24h);
  tip.answer({licensed(1, 5)});
  EXPECT_EQ(spend(Purpose::automatic), 5);
}

TEST_F(BudgetTest, AnAnswerThatComesAfterMidnightIsCountedForYesterday) {
  class Late final : public Lookup {
   public:
    explicit Late(fakes::FakeClock& clock) : clock_(clock) {}
    Outcome look_up(const Inquiry&, const net::Deadline&) override {
      clock_.advance(13h);
      return licensed(1000, 1000);
    }

   private:
    fakes::FakeClock& clock_;
  } late(clock);
  start();
  Budget over_midnight({.clock = clock.clock()}, late, *ledger, lines.log());
  static_cast<void>(over_midnight.look_up(about("a"), soon()));
  EXPECT_EQ(figures().all, 0);
}

TEST_F(BudgetTest, AClockThatIsSetBackFindsTheCountOfThatDay) {
  daily = 5;
  reserve = 0;
  EXPECT_EQ(spend(Purpose::automatic), 5);
  clock.set(24h);
  EXPECT_EQ(spend(Purpose::automatic), 5);
  clock.set(-24h);
  EXPECT_EQ(spend(Purpose::automatic), 0);
}

TEST_F(BudgetTest, AClockThatJumpsFarAheadAndBackDoesToo) {
  daily = 5;
  reserve = 0;
  EXPECT_EQ(spend(Purpose::automatic), 5);
  clock.set(1000 * 24h);
  EXPECT_EQ(spend(Purpose::automatic), 5);
  clock.set(-1000 * 24h);
  EXPECT_EQ(spend(Purpose::automatic), 0);
}

TEST_F(BudgetTest, AMonthOfCountsIsKept) {
  daily = 1;
  reserve = 0;
  for (int day = 0; day < 40; ++day) {
    static_cast<void>(ask());
    clock.advance(24h);
  }
  static_cast<void>(ask());
  const auto days = store->run("SELECT count(*) FROM requests").value();
  EXPECT_EQ(storage::number(days.at(0).at(0)), 32) << "31 earlier days and today";
}

TEST_F(BudgetTest, OddFiguresDoNoHarm) {
  for (const auto quota : {std::int64_t{0}, std::int64_t{-1}}) {
    tip.answer({licensed(-5, quota)});
    EXPECT_TRUE(is<Found>(ask()));
    EXPECT_EQ(figures().quota, std::nullopt);
  }
  constexpr auto most = std::numeric_limits<std::int64_t>::max();
  tip.answer({licensed(most, most)});
  EXPECT_TRUE(is<Found>(ask()));
  EXPECT_TRUE(is<Found>(ask()));
  EXPECT_LT(figures().all, 10);
}

TEST_F(BudgetTest, ACountThatWasYesterdaysIsCorrectedWithinTheHour) {
  tip.answer({licensed(1000, 1000), licensed(3, 1000)});
  EXPECT_TRUE(is<Found>(ask()));
  EXPECT_TRUE(is<QuotaExhausted>(ask()));
  EXPECT_TRUE(is<QuotaExhausted>(ask(Purpose::manual)));
  clock.advance(1h - 1s);
  EXPECT_TRUE(is<QuotaExhausted>(ask()));
  EXPECT_EQ(tip.calls(), 1U);
  clock.advance(1s);
  EXPECT_TRUE(is<Found>(ask()));
  EXPECT_TRUE(is<Found>(ask()));
  EXPECT_EQ(figures().all, 4);
}

TEST_F(BudgetTest, AnExhaustedQuotaCostsOneRequestAnHour) {
  tip.answer({licensed(1000, 1000)});
  EXPECT_TRUE(is<Found>(ask()));
  for (int i = 0; i < 60; ++i) {
    EXPECT_TRUE(is<QuotaExhausted>(ask()));
    clock.advance(1min);
  }
  EXPECT_TRUE(is<Found>(ask()));
  for (const auto purpose : {Purpose::automatic, Purpose::playbook, Purpose::manual}) {
    EXPECT_TRUE(is<QuotaExhausted>(ask(purpose)));
  }
  EXPECT_EQ(tip.calls(), 2U);
}

TEST_F(BudgetTest, ItSaysWhenItLooksAgain) {
  tip.answer({licensed(1000, 1000)});
  static_cast<void>(ask());
  const auto spent = std::get<QuotaExhausted>(ask());
  EXPECT_EQ(spent.retry_at, clock.now() + 1h);
  EXPECT_EQ(spent.until, clock.now() + 12h);
  clock.advance(11h + 50min);
  static_cast<void>(ask());
  EXPECT_EQ(std::get<QuotaExhausted>(ask()).retry_at, clock.now() + 10min)
      << "midnight is before the next check";
}

TEST_F(BudgetTest, ACorrectionNeverForgetsOurOwnRequests) {
  reserve = 0;
  tip.answer({licensed(1, 10), licensed(10, 10), licensed(1, 10)});
  for (int i = 0; i < 2; ++i) EXPECT_TRUE(is<Found>(ask()));
  EXPECT_TRUE(is<QuotaExhausted>(ask()));
  clock.advance(1h);
  EXPECT_TRUE(is<Found>(ask()));
  EXPECT_EQ(figures().all, 3);
}

TEST_F(BudgetTest, AQuotaExhaustedByOurOwnRequestsIsNotProbed) {
  const auto spend_all = [&] {
    reserve = 0;
    start();
    static_cast<void>(spend(Purpose::automatic));
    const auto calls = tip.calls();
    const auto spent = std::get<QuotaExhausted>(ask());
    EXPECT_EQ(spent.retry_at, spent.until);
    clock.advance(2h);
    EXPECT_TRUE(is<QuotaExhausted>(ask()));
    EXPECT_EQ(tip.calls(), calls);
  };
  daily = 5;
  spend_all();
  daily.reset();
  tip.answer({licensed(1, 5)});
  spend_all();
}

TEST_F(BudgetTest, ItIsSaidOnceADayThatItIsSpent) {
  daily = 10;
  static_cast<void>(spend(Purpose::automatic));
  static_cast<void>(spend(Purpose::playbook));
  EXPECT_EQ(lines.count("WARNING", "except the reserve for manual requests"), 1);
  static_cast<void>(spend(Purpose::manual));
  static_cast<void>(spend(Purpose::manual));
  EXPECT_EQ(lines.count("WARNING", "daily quota exhausted"), 2) << lines.all();
  clock.advance(24h);
  static_cast<void>(spend(Purpose::automatic));
  EXPECT_EQ(lines.count("WARNING", "daily quota exhausted"), 3);
}

TEST_F(BudgetTest, AReserveOfNoneIsNotNamed) {
  daily = 2;
  static_cast<void>(spend(Purpose::automatic));
  static_cast<void>(spend(Purpose::manual));
  EXPECT_EQ(lines.count("WARNING", "except the reserve for manual requests"), 0) << lines.all();
  EXPECT_EQ(lines.count("WARNING", "Kaspersky daily quota exhausted"), 1) << lines.all();
}

TEST_F(BudgetTest, WithoutAStoreItCountsInMemory) {
  daily = 5;
  reserve = 0;
  start();
  ASSERT_TRUE(store->run("DROP TABLE requests"));
  EXPECT_EQ(spend(Purpose::automatic), 5);
  EXPECT_EQ(lines.count("WARNING", "counted in memory only"), 1) << lines.all();
}

TEST_F(BudgetTest, ManyAtOnceSpendNoMoreThanThereIs) {
  daily = 50;
  reserve = 0;
  start();
  std::vector<std::jthread> threads;
  for (int i = 0; i < 8; ++i) {
    threads.emplace_back([this] {
      for (int j = 0; j < 20; ++j) static_cast<void>(ask());
    });
  }
  threads.clear();
  EXPECT_EQ(tip.calls(), 50U);
}

TEST_F(BudgetTest, ReportsTheRemainingRequestsOfTheDay) {
  start();
  EXPECT_EQ(budget->today().limit, std::nullopt);
  EXPECT_EQ(budget->today().left_for_people, std::nullopt);
  daily = 50;
  start();
  static_cast<void>(ask());
  auto today = budget->today();
  EXPECT_EQ(today.used.ours, 1);
  EXPECT_EQ(today.limit, 50);
  EXPECT_EQ(today.left_for_people, 49);
  EXPECT_EQ(today.left_for_automatic, 44);
  EXPECT_EQ(today.resets, std::chrono::sys_days(std::chrono::year(2026) / 3 / 2));
  // The quota of the licence leaves fewer requests than the setting.
  tip.answer({licensed(990, 1000)});
  static_cast<void>(ask());
  today = budget->today();
  EXPECT_EQ(today.limit, 1000);
  EXPECT_EQ(today.left_for_people, 10);
  EXPECT_EQ(today.used.all, 990);
}

// A liveness check must get its answer also while a disk hangs.
TEST_F(BudgetTest, ReportsWithoutWaitingForTheStore) {
  daily = 50;
  start();
  std::promise<void> hanging;
  std::promise<void> end;
  std::jthread disk([&] {
    static_cast<void>(store->transact([&](const storage::Database::Run&) {
      hanging.set_value();
      end.get_future().wait();
      return true;
    }));
  });
  hanging.get_future().wait();
  std::jthread asking([&] { static_cast<void>(ask()); });
  const auto counted =
      support::wait_until([&] { return budget->today().used.ours == 1; }, std::chrono::seconds(10));
  end.set_value();
  EXPECT_TRUE(counted);
}

}  // namespace
}  // namespace kaspersky
