#include "runtime/scheduler.hpp"

#include <gmock/gmock.h>
#include <sys/resource.h>

#include <array>
#include <atomic>
#include <limits>
#include <mutex>
#include <set>
#include <thread>
#include <vector>

#include "support/wait_until.hpp"

namespace runtime {
namespace {

using namespace std::chrono_literals;
using opencti::Mode;
using ::testing::ElementsAre;

class SchedulerTest : public ::testing::Test {
 protected:
  /// Adds a job for each, in this order; their numbers count from 0.
  void add(std::initializer_list<Mode> modes) {
    for (const auto mode : modes) EXPECT_EQ(scheduler.add(task(mode)), nullptr);
  }
  TaskPtr task(Mode mode) {
    Job job{.message = {.mode = mode}, .log = log};
    return std::make_unique<Task>(std::move(job), scheduler.publish_order());
  }
  TaskPtr next() { return scheduler.next({}); }
  [[nodiscard]] std::size_t idle_workers() const { return scheduler.load().idle_workers; }
  [[nodiscard]] static long waits_of_this_thread() {
    rusage usage{};
    getrusage(RUSAGE_THREAD, &usage);
    return usage.ru_nvcsw;
  }
  /// Runs this number of jobs, one after the other, and returns their numbers.
  std::vector<std::uint64_t> numbers(int count) {
    std::vector<std::uint64_t> out;
    for (int i = 0; i < count; ++i) {
      auto one = next();
      out.push_back(one->job.number);
      scheduler.done(std::move(one));
    }
    return out;
  }

  telemetry::Log log{
      {.level = telemetry::Level::error, .name = "n", .json = true, .write = [](std::string_view) {
       }}};
  Scheduler scheduler;
};

TEST_F(SchedulerTest, ManualRequestsComeBeforePlaybooksAndThoseBeforeAutomaticOnes) {
  add({Mode::automatic, Mode::playbook, Mode::manual});
  EXPECT_THAT(numbers(3), ElementsAre(2, 1, 0));
}

TEST_F(SchedulerTest, OfEqualsTheOldestComesFirst) {
  add({Mode::manual, Mode::manual, Mode::manual});
  EXPECT_THAT(numbers(3), ElementsAre(0, 1, 2));
}

TEST_F(SchedulerTest, EveryFourthIsTheOldestSoThatNoneWaitsForever) {
  add({Mode::automatic, Mode::automatic, Mode::manual, Mode::manual, Mode::manual, Mode::manual,
       Mode::manual, Mode::manual, Mode::manual});
  EXPECT_THAT(numbers(8), ElementsAre(2, 3, 4, 0, 5, 6, 7, 1));
}

TEST_F(SchedulerTest, OfTwoMessagesWithOneWorkTheEarlierIsDoneBeforeTheLaterIsBegun) {
  for (const auto mode : {Mode::automatic, Mode::manual}) {
    auto one = task(mode);
    one->job.key = mode == Mode::manual ? "b" : "a";
    one->job.message.work_id = opencti::WorkId("work_1");
    EXPECT_EQ(scheduler.add(std::move(one)), nullptr);
  }
  add({Mode::manual});
  auto other = next();
  EXPECT_EQ(other->job.number, 2);
  auto first = next();
  EXPECT_EQ(first->job.number, 0);
  scheduler.done(std::move(other));
  std::stop_source stopped;
  stopped.request_stop();
  EXPECT_EQ(scheduler.next(stopped.get_token()), nullptr);
  scheduler.done(std::move(first));
  auto second = next();
  EXPECT_EQ(second->job.number, 1);
  scheduler.done(std::move(second));
}

TEST_F(SchedulerTest, AResultGoesOnBeforeAnythingIsBegunOnceItsTurnHasCome) {
  add({Mode::automatic, Mode::manual, Mode::manual});
  auto second = next();
  ASSERT_EQ(second->job.number, 1U);
  scheduler.park(std::move(second));
  auto third = next();
  ASSERT_EQ(third->job.number, 2U) << "the turn of the second job has not come yet";
  scheduler.park(std::move(third));
  EXPECT_THAT(numbers(3), ElementsAre(0, 1, 2));
}

TEST_F(SchedulerTest, ATurnThatComesWakesAWorkerThatWaits) {
  add({Mode::automatic, Mode::manual});
  scheduler.park(next());
  auto first = next();
  std::atomic<bool> came = false;
  const std::jthread waiting([&](const std::stop_token& stop) {
    const auto task = scheduler.next(stop);
    came = task && task->job.number == 1U;
  });
  ASSERT_TRUE(support::wait_until([&] { return idle_workers() == 1; }));
  EXPECT_FALSE(came);
  first->turn.leave();
  EXPECT_TRUE(support::wait_until([&] { return came.load(); }));
}

/// Workers that wait for tasks. Each takes one task, and keeps it.
class Waiting final {
 public:
  Waiting(Scheduler& scheduler, std::size_t count) : scheduler_(scheduler) {
    for (std::size_t i = 0; i < count; ++i) {
      threads_.emplace_back([this](const std::stop_token& stop) {
        auto task = scheduler_.next(stop);
        const std::lock_guard lock(mutex_);
        if (task) taken_.push_back(std::move(task));
      });
    }
    EXPECT_TRUE(support::wait_until([&] { return scheduler_.load().idle_workers == count; }));
  }
  /// Returns whether the workers get exactly these jobs, in any order.
  [[nodiscard]] bool get(const std::set<std::uint64_t>& numbers) {
    return support::wait_until([&] {
      const std::lock_guard lock(mutex_);
      std::set<std::uint64_t> got;
      for (const auto& task : taken_) got.insert(task->job.number);
      return got == numbers;
    });
  }

 private:
  Scheduler& scheduler_;
  std::mutex mutex_;
  std::vector<TaskPtr> taken_;
  std::vector<std::jthread> threads_;
};

TEST_F(SchedulerTest, AJobThatIsDoneLetsAllThatWaitedForItGoOn) {
  auto culprit = task(Mode::manual);
  culprit->job.suspect = true;
  EXPECT_EQ(scheduler.add(std::move(culprit)), nullptr);
  auto alone = next();
  add({Mode::manual, Mode::playbook, Mode::automatic});
  Waiting waiting(scheduler, 4);
  scheduler.done(std::move(alone));
  EXPECT_TRUE(waiting.get({1, 2, 3}));
}

TEST_F(SchedulerTest, AResultWhoseTurnCameWhileItWasParkedGoesOn) {
  add({Mode::manual, Mode::manual});
  auto first = next();
  auto second = next();
  Waiting waiting(scheduler, 1);
  first->turn.leave();
  scheduler.park(std::move(second));
  EXPECT_TRUE(waiting.get({1}));
}

TEST_F(SchedulerTest, AJobThatIsTakenOutLetsALaterOneOfItsWorkGoOn) {
  for (const auto* key : {"a", "a", "b"}) {
    auto one = task(Mode::playbook);
    // A playbook's step leaves the order at once, so its turn wakes no worker.
    one->turn.leave();
    one->job.key = key;
    if (one->job.number > 0) one->job.message.work_id = opencti::WorkId("work");
    EXPECT_EQ(scheduler.add(std::move(one)), nullptr);
  }
  const auto first = next();
  Waiting waiting(scheduler, 1);
  EXPECT_EQ(scheduler.take_out([](const Job& job) { return job.number == 1; }).size(), 1U);
  EXPECT_TRUE(waiting.get({2}));
}

/// The kernel counts how often a thread began to wait, which shows needless wakeups.
TEST_F(SchedulerTest, AWorkerIsWokenOnlyForATaskThatItGets) {
  constexpr std::size_t workers = 4;
  constexpr int jobs = 100;
  std::atomic<int> ended = 0;
  std::array<std::atomic<long>, workers> waits{};
  std::array<std::atomic<int>, workers> got{};
  {
    std::vector<std::jthread> threads;
    for (std::size_t i = 0; i < workers; ++i) {
      threads.emplace_back([&, i](const std::stop_token& stop) {
        const auto before = waits_of_this_thread();
        while (auto task = scheduler.next(stop)) {
          ++got.at(i);
          scheduler.done(std::move(task));
          ++ended;
        }
        waits.at(i) = waits_of_this_thread() - before;
      });
    }
    for (int job = 1; job <= jobs; ++job) {
      ASSERT_TRUE(support::wait_until([&] { return idle_workers() == workers; }));
      add({Mode::automatic});
      ASSERT_TRUE(support::wait_until([&] { return ended == job; }));
    }
  }
  for (std::size_t i = 0; i < workers; ++i) {
    // More than one wait per task is allowed: for the mutex, and for the stop of each worker.
    EXPECT_LT(waits.at(i) - got.at(i), jobs / 4) << "worker " << i << " got " << got.at(i);
  }
}

TEST_F(SchedulerTest, ASuspectIsBegunInItsTurnAndAlone) {
  add({Mode::automatic});
  auto culprit = task(Mode::manual);
  culprit->job.suspect = true;
  EXPECT_EQ(scheduler.add(std::move(culprit)), nullptr);
  add({Mode::automatic, Mode::automatic});

  auto first = next();
  EXPECT_EQ(first->job.number, 0U) << "the turn of the suspect has not come yet";
  auto third = next();
  EXPECT_EQ(third->job.number, 2U);
  scheduler.done(std::move(first));
  std::stop_source impatient;
  impatient.request_stop();
  EXPECT_EQ(scheduler.next(impatient.get_token()), nullptr) << "another job is in progress";
  scheduler.park(std::move(third));
  auto suspect = next();
  EXPECT_EQ(suspect->job.number, 1U);
  suspect->turn.leave();
  EXPECT_EQ(scheduler.next(impatient.get_token()), nullptr) << "a suspect is in progress";
  scheduler.done(std::move(suspect));
  EXPECT_THAT(numbers(2), ElementsAre(2, 3));
}

TEST_F(SchedulerTest, SuspectsAreBegunInTheOrderOfTheirTurnsNotOfTheirArrival) {
  scheduler.publish_order().share(
      {.set_oldest = [](auto) {},
       .oldest_of_others = [] { return std::numeric_limits<std::int64_t>::max(); },
       .wait_for_others = [](bool) {}});
  for (const auto made : {300, 100, 200}) {
    auto culprit =
        std::make_unique<Task>(Job{.message = {.mode = Mode::manual}, .log = log, .suspect = true},
                               scheduler.publish_order(), made);
    EXPECT_EQ(scheduler.add(std::move(culprit)), nullptr);
  }
  std::stop_source impatient;
  impatient.request_stop();
  for (const auto number : {1U, 2U, 0U}) {
    auto suspect = scheduler.next(impatient.get_token());
    ASSERT_NE(suspect, nullptr);
    EXPECT_EQ(suspect->job.number, number);
    scheduler.done(std::move(suspect));
  }
}

TEST_F(SchedulerTest, ASuspectIsNotBegunWhileOneWithItsWorkIsParked) {
  scheduler.publish_order().share(
      {.set_oldest = [](auto) {},
       .oldest_of_others = [] { return std::numeric_limits<std::int64_t>::max(); },
       .wait_for_others = [](bool) {}});
  const auto add = [&](bool suspect, const char* work, int made) {
    Job job{.message = {.mode = Mode::manual}, .log = log, .suspect = suspect};
    job.message.work_id = opencti::WorkId(work);
    auto one = std::make_unique<Task>(std::move(job), scheduler.publish_order(), made);
    // The step of a playbook leaves the order at once.
    if (suspect) one->turn.leave();
    EXPECT_EQ(scheduler.add(std::move(one)), nullptr);
  };
  add(false, "work_1", 500);
  auto first = next();
  add(true, "work_1", 500);
  add(false, "work_2", 100);
  scheduler.park(std::move(first));
  EXPECT_THAT(numbers(3), ElementsAre(2, 0, 1));
}

TEST_F(SchedulerTest, ASecondDeliveryOfAMessageIsBegunWhenTheFirstIsDone) {
  for (const auto* key : {"work_1", "work_1", "work_2"}) {
    auto one = task(Mode::manual);
    one->job.key = key;
    EXPECT_EQ(scheduler.add(std::move(one)), nullptr);
  }
  auto first = next();
  EXPECT_EQ(first->job.number, 0U);
  auto other = next();
  EXPECT_EQ(other->job.number, 2U);
  std::stop_source impatient;
  impatient.request_stop();
  EXPECT_EQ(scheduler.next(impatient.get_token()), nullptr);
  scheduler.done(std::move(first));
  EXPECT_THAT(numbers(1), ElementsAre(1));
}

TEST_F(SchedulerTest, AStopEndsTheWait) {
  std::stop_source source;
  std::jthread stopper([&] { source.request_stop(); });
  EXPECT_EQ(scheduler.next(source.get_token()), nullptr);
}

TEST_F(SchedulerTest, AfterClosingNothingIsBegunButTasksInProgressGoOn) {
  add({Mode::automatic, Mode::manual, Mode::manual});
  scheduler.park(next());
  EXPECT_EQ(scheduler.close([](const Job&) { return false; }).size(), 2U)
      << "their numbers leave the order, too";
  EXPECT_NE(scheduler.add(task(Mode::manual)), nullptr);
  EXPECT_FALSE(scheduler.finish(net::Deadline::after(1ms)));
  EXPECT_THAT(numbers(1), ElementsAre(1));
  EXPECT_TRUE(scheduler.finish(net::Deadline::after(1ms)));
}

TEST_F(SchedulerTest, AfterClosingSomeAreFinishedAndRedeliveriesOfThoseInProgress) {
  const auto keyed = [&](std::string key) {
    auto out = task(Mode::manual);
    out->job.key = std::move(key);
    return out;
  };
  for (const auto* key : {"a", "a", "b", "c"}) EXPECT_EQ(scheduler.add(keyed(key)), nullptr);
  auto first = next();
  const auto left = scheduler.close([](const Job& job) { return job.key == "c"; });
  ASSERT_EQ(left.size(), 1U);
  EXPECT_EQ(left.front()->job.key, "b");
  EXPECT_FALSE(scheduler.finish(net::Deadline::after(1ms)));
  EXPECT_THAT(numbers(1), ElementsAre(3));
  scheduler.done(std::move(first));
  EXPECT_THAT(numbers(1), ElementsAre(1));
  EXPECT_TRUE(scheduler.finish(net::Deadline::after(1ms)));
}

TEST_F(SchedulerTest, AChangedJobKeepsItsPlace) {
  add({Mode::manual, Mode::manual});
  const auto change = [&](std::uint64_t number) {
    return scheduler.change([&](const Job& job) { return job.number == number; },
                            [](Job& job) { job.redelivered = true; });
  };
  EXPECT_TRUE(change(0));
  EXPECT_FALSE(change(2));
  auto first = next();
  EXPECT_EQ(first->job.number, 0U);
  EXPECT_TRUE(first->job.redelivered);
  EXPECT_FALSE(change(0)) << "it is in progress";
  scheduler.done(std::move(first));
}

TEST_F(SchedulerTest, ReportsHowManyWaitAndHowManyAreInProgress) {
  add({Mode::automatic, Mode::automatic, Mode::automatic});
  EXPECT_EQ(scheduler.load().waiting, 3U);
  EXPECT_EQ(scheduler.load().under_way, 0U);
  auto first = next();
  auto second = next();
  EXPECT_EQ(scheduler.load().waiting, 1U);
  EXPECT_EQ(scheduler.load().under_way, 2U);
  // The job is finished, but its turn has not come yet.
  scheduler.park(std::move(second));
  EXPECT_EQ(scheduler.load().under_way, 2U);
  scheduler.done(std::move(first));
  EXPECT_EQ(scheduler.load().under_way, 1U);
}

}  // namespace
}  // namespace runtime
