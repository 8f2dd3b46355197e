// Many threads use one scheduler: no job is lost, and none waits while a worker sleeps.
#include <gmock/gmock.h>

#include <array>
#include <atomic>
#include <mutex>
#include <random>
#include <set>
#include <string>
#include <thread>

#include "runtime/scheduler.hpp"
#include "support/wait_until.hpp"

namespace runtime {
namespace {

using opencti::Mode;
using namespace std::chrono_literals;

/// Checks the rules for jobs in progress, whatever the threads do.
class Rules {
 public:
  void begun(const Job& job) {
    const std::lock_guard lock(mutex_);
    if (!keys_.insert(job.key).second) broken_ = "two jobs with the same key";
    if (!works_.insert(job.message.work_id).second) broken_ = "two jobs of the same work";
    if (job.suspect) suspect_ = true;
  }
  /// A worker holds the job.
  void goes_on(const Job& job) {
    const std::lock_guard lock(mutex_);
    active_ += 1;
    if (suspect_ && (active_ > 1 || !job.suspect)) broken_ = "a suspect is not alone";
  }
  void rests() {
    const std::lock_guard lock(mutex_);
    active_ -= 1;
  }
  void published(const Job& job) {
    const std::lock_guard lock(mutex_);
    if (!with_replicas && job.number < last_published_) broken_ = "published before an older one";
    last_published_ = job.number;
  }
  void ended(const Job& job) {
    const std::lock_guard lock(mutex_);
    keys_.erase(job.key);
    works_.erase(job.message.work_id);
    if (job.suspect) suspect_ = false;
    ended_ += 1;
    active_ -= 1;
  }
  void taken_out(std::size_t count) {
    const std::lock_guard lock(mutex_);
    taken_out_ += count;
  }

  /// The number of jobs that have ended or were taken out.
  [[nodiscard]] std::size_t over() const {
    const std::lock_guard lock(mutex_);
    return ended_ + taken_out_;
  }
  [[nodiscard]] std::string broken() const {
    const std::lock_guard lock(mutex_);
    return broken_;
  }

  /// With other replicas, turns do not come in the order of the numbers.
  bool with_replicas = false;

 private:
  mutable std::mutex mutex_;
  std::set<std::string> keys_;
  std::set<opencti::WorkId> works_;
  std::size_t ended_ = 0;
  std::size_t taken_out_ = 0;
  std::size_t active_ = 0;
  std::uint64_t last_published_ = 0;
  bool suspect_ = false;
  std::string broken_;
};

class SchedulerStressTest : public ::testing::Test {
 protected:
  static constexpr std::size_t worker_count = 8;

  void work(const std::stop_token& stop, unsigned seed) {
    std::mt19937 random(seed);
    while (auto task = scheduler.next(stop)) {
      const bool first = !task->begun;
      if (first) rules.begun(task->job);
      task->begun = true;
      rules.goes_on(task->job);
      // A job that has nothing to publish waits for no other job.
      const bool silent = task->job.message.mode == Mode::playbook || (first && random() % 4 == 0);
      if (silent) task->turn.leave();
      if (random() % 2 == 0) std::this_thread::yield();
      if (!silent && !task->job.suspect && !task->turn.reached()) {
        rules.rests();
        scheduler.park(std::move(task));
        continue;
      }
      if (!silent) rules.published(task->job);
      // Gives up the turn either after publishing, before the report, or at the end of the task.
      if (random() % 2 == 0) task->turn.leave();
      rules.ended(task->job);
      scheduler.done(std::move(task));
    }
  }

  TaskPtr task(std::mt19937& random) {
    constexpr std::array modes{Mode::manual, Mode::playbook, Mode::automatic};
    const auto serial = std::to_string(++serial_);
    Job job{.message = {.mode = modes.at(random() % modes.size())}, .log = log};
    job.key = random() % 4 == 0 ? "key " + std::to_string(random() % 2) : serial;
    job.message.work_id =
        opencti::WorkId(random() % 4 == 0 ? "work " + std::to_string(random() % 2) : serial);
    job.suspect = random() % 16 == 0;
    // Jobs with the same key or work were created at the same time.
    const bool alone = job.key == serial && job.message.work_id.text() == serial;
    const auto made = alone ? static_cast<std::int64_t>(random() % 1'000) : 500;
    auto out = std::make_unique<Task>(std::move(job), scheduler.publish_order(), made);
    if (out->job.message.mode == Mode::playbook) out->turn.leave();
    return out;
  }

  void add(std::mt19937& random) {
    const std::lock_guard in_order(adding_);
    if (scheduler.add(task(random)))
      ADD_FAILURE() << "the scheduler rejected a job, but is not closed";
  }

  /// Adds jobs, and takes some of them out again; two threads call this at the same time.
  void add(std::size_t count, unsigned seed) {
    std::mt19937 random(seed);
    for (std::size_t i = 0; i < count; ++i) {
      add(random);
      if (random() % 8 != 0) continue;
      const auto out = scheduler.take_out([](const Job& job) { return job.number % 5 == 0; });
      rules.taken_out(out.size());
    }
  }

  [[nodiscard]] bool all_sleep() const { return scheduler.load().idle_workers == worker_count; }

  /// Each round ends when no job is left and all workers sleep. So a lost wakeup fails the test; a
  /// later one cannot make up for it.
  void run(unsigned rounds) {
    std::vector<std::jthread> workers;
    for (unsigned i = 0; i < worker_count; ++i) {
      workers.emplace_back([this, i](const std::stop_token& stop) { work(stop, i); });
    }
    std::size_t added = 0;
    for (unsigned round = 0; round < rounds; ++round) {
      const std::size_t burst = 1 + round % 16;
      {
        const std::jthread other([&] { add(burst, 2 * round); });
        add(burst, 2 * round + 1);
      }
      added += 2 * burst;
      ASSERT_TRUE(support::wait_until([&] { return rules.over() == added && all_sleep(); }))
          << "round " << round << ": of " << added << " only " << rules.over() << " are over; "
          << scheduler.load().waiting << " wait, " << scheduler.load().under_way
          << " are under way, " << scheduler.load().idle_workers << " workers sleep";
      ASSERT_EQ(rules.broken(), "") << "round " << round;
      ASSERT_EQ(scheduler.load().waiting + scheduler.load().under_way, 0U);
    }
  }

  telemetry::Log log{
      {.level = telemetry::Level::error, .name = "n", .json = true, .write = [](std::string_view) {
       }}};
  Scheduler scheduler;
  Rules rules;

 private:
  std::mutex adding_;
  int serial_ = 0;
};

TEST_F(SchedulerStressTest, NothingWaitsWhileAWorkerSleeps) { run(400); }

/// The oldest work of the other replicas changes, and sometimes they do not finish it in time.
TEST_F(SchedulerStressTest, NorWithOtherReplicas) {
  rules.with_replicas = true;
  std::atomic<std::int64_t> oldest_of_others = 0;
  std::atomic<bool> waits = false;
  scheduler.publish_order().share({.set_oldest = [](auto) {},
                                   .oldest_of_others = [&] { return oldest_of_others.load(); },
                                   .wait_for_others = [&](bool waiting) { waits = waiting; },
                                   .longest_wait = 20ms});
  const std::jthread beats([&](const std::stop_token& stop) {
    std::mt19937 random(1);
    while (!stop.stop_requested()) {
      oldest_of_others = static_cast<std::int64_t>(random() % 1'500);
      scheduler.publish_order().recheck();
      std::this_thread::sleep_for(waits ? 1ms : 5ms);
    }
  });
  run(100);
}

}  // namespace
}  // namespace runtime
