#include "net/memory_budget.hpp"

#include <gmock/gmock.h>

#include <atomic>
#include <thread>
#include <vector>

namespace net {
namespace {

using namespace std::chrono_literals;

constexpr std::size_t all = 600;
constexpr std::size_t small_one = 10;
constexpr std::size_t large_one = 400;

Deadline long_enough() { return Deadline::after(20s); }

TEST(MemoryBudget, SmallOnesShareTheirPart) {
  MemoryBudget budget(all);
  std::vector<MemoryBudget::Lease> taken;
  while (auto lease = budget.try_take(small_one)) taken.push_back(std::move(*lease));
  EXPECT_EQ(taken.size(), 10U);
  EXPECT_FALSE(budget.take(small_one, Deadline::after(1ms)));
  taken.pop_back();
  EXPECT_TRUE(budget.try_take(small_one));
}

TEST(MemoryBudget, ALargeOneIsAloneAndDelaysNoOther) {
  MemoryBudget budget(all);
  auto large = budget.try_take(large_one);
  ASSERT_TRUE(large);
  EXPECT_FALSE(budget.try_take(large_one));
  EXPECT_TRUE(budget.try_take(small_one));
  large.reset();
  EXPECT_TRUE(budget.try_take(large_one));
}

TEST(MemoryBudget, NobodyGetsMoreThanThereIs) {
  MemoryBudget budget(all);
  EXPECT_EQ(budget.largest(), 500U);
  EXPECT_TRUE(budget.try_take(500));
  EXPECT_FALSE(budget.try_take(501));
  EXPECT_FALSE(budget.take(501, long_enough())) << "fails without waiting";
}

TEST(MemoryBudget, WaitsUntilTheOtherIsDone) {
  MemoryBudget budget(all);
  std::optional first = budget.take(large_one, long_enough());
  std::atomic<bool> had = false;
  std::jthread other([&] {
    const auto lease = budget.take(large_one, long_enough());
    had = lease.has_value();
  });
  first.reset();
  other.join();
  EXPECT_TRUE(had);
}

TEST(MemoryBudget, AStopEndsTheWaitAndLetsThoseBehindPass) {
  MemoryBudget budget(all);
  std::optional first = budget.take(large_one, long_enough());
  std::stop_source stop;
  std::atomic<int> gone = 0;
  std::jthread gives_up([&] {
    EXPECT_FALSE(budget.take(large_one, Deadline::after(20s, stop.get_token())));
    ++gone;
  });
  std::jthread behind([&] { EXPECT_TRUE(budget.take(large_one, long_enough())); });
  stop.request_stop();
  gives_up.join();
  EXPECT_EQ(gone, 1);
  first.reset();
}

TEST(MemoryBudget, SaysWhenALargeOneIsOver) {
  int ended = 0;
  MemoryBudget budget(all, [&] { ++ended; });
  std::ignore = budget.try_take(small_one);
  EXPECT_EQ(ended, 0);
  { auto moved = std::move(*budget.try_take(large_one)); }
  EXPECT_EQ(ended, 1);
}

TEST(MemoryBudget, ManyOfAllSizesAllComeThrough) {
  MemoryBudget budget(all);
  std::atomic<int> done = 0;
  {
    std::vector<std::jthread> threads;
    for (int i = 0; i < 8; ++i) {
      threads.emplace_back([&, i] {
        for (int j = 0; j < 200; ++j) {
          const auto lease = budget.take((i + j) % 3 == 0 ? large_one : small_one, long_enough());
          if (lease) ++done;
        }
      });
    }
  }
  EXPECT_EQ(done, 1600);
}

}  // namespace
}  // namespace net
