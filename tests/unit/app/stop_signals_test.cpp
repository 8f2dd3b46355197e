#include "app/stop_signals.hpp"

#include <gtest/gtest.h>
#include <signal.h>
#include <unistd.h>

namespace app {
namespace {

using namespace std::chrono_literals;

/// A process that should stop, but hangs.
[[noreturn]] void hang() {
  while (true) pause();
}

StopSignalsOptions options(std::chrono::milliseconds longest_stop) {
  return {
      .longest_stop = longest_stop, .before_end = [](bool overdue) {
        // The test expects this text on standard error.
        static_cast<void>(::write(STDERR_FILENO, overdue ? "overdue" : "asked", overdue ? 7 : 5));
      }};
}

class StopSignalsDeathTest : public testing::Test {
 protected:
  StopSignalsDeathTest() { GTEST_FLAG_SET(death_test_style, "threadsafe"); }
};

TEST_F(StopSignalsDeathTest, WaitForTheFirst) {
  EXPECT_EXIT(
      {
        StopSignals signals(options(1h));
        ::kill(getpid(), SIGINT);
        _exit(signals.wait() == SIGINT ? 0 : 1);
      },
      testing::ExitedWithCode(0), "");
}

TEST_F(StopSignalsDeathTest, EndAProcessThatHangsThoughItShouldStop) {
  EXPECT_EXIT(
      {
        StopSignals signals(options(10ms));
        ::kill(getpid(), SIGTERM);
        static_cast<void>(signals.wait());
        hang();
      },
      testing::ExitedWithCode(1), "overdue");
}

TEST_F(StopSignalsDeathTest, EndAProcessThatHangsBeforeAnybodyWaitsForThem) {
  EXPECT_EXIT(
      {
        const StopSignals signals(options(10ms));
        ::kill(getpid(), SIGTERM);
        hang();
      },
      testing::ExitedWithCode(1), "overdue");
}

TEST_F(StopSignalsDeathTest, EndTheProcessWithTheSecond) {
  EXPECT_EXIT(
      {
        StopSignals signals(options(1h));
        ::kill(getpid(), SIGTERM);
        static_cast<void>(signals.wait());
        ::kill(getpid(), SIGINT);
        hang();
      },
      testing::KilledBySignal(SIGINT), "asked");
}

}  // namespace
}  // namespace app
