#include "os/thread.hpp"

#include <gmock/gmock.h>
#include <signal.h>

#include <atomic>
#include <new>
#include <stdexcept>
#include <vector>

namespace os {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;

ThreadOptions options(std::vector<std::string>& reasons) {
  return {.name = "test",
          .failed = [&reasons](std::string_view reason) { reasons.emplace_back(reason); },
          .again_after = 1ms};
}

TEST(ThreadTest, RunsItsBodyUntilItReturns) {
  std::vector<std::string> reasons;
  std::atomic<int> runs = 0;
  Thread thread(options(reasons), [&](const auto&) { ++runs; });
  thread.join();
  EXPECT_EQ(runs, 1);
  EXPECT_THAT(reasons, ElementsAre());
}

TEST(ThreadTest, RunsABodyAgainThatThrowsWhateverItThrows) {
  std::vector<std::string> reasons;
  int runs = 0;
  Thread thread(options(reasons), [&](const auto&) {
    ++runs;
    if (runs == 1) throw std::runtime_error("first");
    if (runs == 2) throw std::bad_alloc();
    if (runs == 3) throw 3;
  });
  thread.join();
  EXPECT_EQ(runs, 4);
  EXPECT_THAT(reasons, ElementsAre("first", "std::bad_alloc", "an exception of no known type"));
}

TEST(ThreadTest, GoesOnThoughTheReportOfAFailureFails) {
  int runs = 0;
  Thread thread({.name = "test",
                 .failed = [](std::string_view) { throw std::bad_alloc(); },
                 .again_after = 1ms},
                [&](const auto&) {
                  if (++runs == 1) throw std::bad_alloc();
                });
  thread.join();
  EXPECT_EQ(runs, 2);
}

TEST(ThreadTest, DoesNotRunABodyAgainOnceAStopIsRequested) {
  std::vector<std::string> reasons;
  auto patient = options(reasons);
  patient.again_after = 1h;
  std::atomic<int> runs = 0;
  {
    const Thread thread(std::move(patient), [&](const auto&) {
      ++runs;
      runs.notify_all();
      throw std::runtime_error("always");
    });
    runs.wait(0);
  }
  EXPECT_EQ(runs, 1);
}

TEST(ThreadTest, LeavesSignalsToTheThreadThatWaitsForThem) {
  sigset_t blocked{};
  sigemptyset(&blocked);
  Thread thread({.name = "test", .failed = {}},
                [&](const auto&) { pthread_sigmask(SIG_BLOCK, nullptr, &blocked); });
  thread.join();
  EXPECT_EQ(sigismember(&blocked, SIGTERM), 1);
  EXPECT_EQ(sigismember(&blocked, SIGINT), 1);
  EXPECT_EQ(sigismember(&blocked, SIGSEGV), 0);
  sigset_t ours{};
  pthread_sigmask(SIG_BLOCK, nullptr, &ours);
  EXPECT_EQ(sigismember(&ours, SIGTERM), 0);
}

}  // namespace
}  // namespace os
