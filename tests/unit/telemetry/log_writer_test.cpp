#include "telemetry/log_writer.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <signal.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <sstream>
#include <thread>
#include <vector>

#include "os/file_descriptor.hpp"

namespace telemetry {
namespace {

using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

class LogWriterTest : public testing::Test {
 protected:
  LogWriterTest() {
    signal(SIGPIPE, SIG_IGN);
    std::array<int, 2> ends{};
    if (pipe2(ends.data(), O_CLOEXEC) != 0) throw std::runtime_error("no pipe");
    reader.reset(ends[0]);
    sink.reset(ends[1]);
  }

  [[nodiscard]] LogWriterOptions options() const {
    return {.descriptor = sink.get(),
            .capacity = std::size_t{64} * 1024,
            .parting = 50ms,
            .notice = [](std::uint64_t lines) { return fmt::format("missing {}\n", lines); }};
  }
  /// Closes the writing end, and reads everything that is in the pipe.
  [[nodiscard]] std::vector<std::string> rest() {
    sink.reset();
    return lines_until("");
  }
  /// Reads up to this line, or to the end of the pipe.
  [[nodiscard]] std::vector<std::string> lines_until(const std::string& last) const {
    std::string text;
    std::array<char, 4096> buffer{};
    while (last.empty() || !text.ends_with("\n" + last + "\n")) {
      const auto got = ::read(reader.get(), buffer.data(), buffer.size());
      if (got <= 0) break;
      text.append(buffer.data(), static_cast<std::size_t>(got));
    }
    std::vector<std::string> lines;
    std::istringstream stream(text);
    for (std::string line; std::getline(stream, line);) lines.push_back(line);
    return lines;
  }
  /// Fills the pipe, as if its reader had stopped. @returns how many bytes it holds
  [[nodiscard]] std::size_t fill_pipe() const {
    const int flags = fcntl(sink.get(), F_GETFL);
    fcntl(sink.get(), F_SETFL, flags | O_NONBLOCK);
    const std::string text(4096, '-');
    std::size_t held = 0;
    for (ssize_t size = 0; (size = ::write(sink.get(), text.data(), text.size())) > 0;) {
      held += static_cast<std::size_t>(size);
    }
    fcntl(sink.get(), F_SETFL, flags);
    return held;
  }
  void skip(std::size_t size) const {
    std::array<char, 4096> buffer{};
    while (size > 0) {
      const auto got = ::read(reader.get(), buffer.data(), std::min(size, buffer.size()));
      if (got <= 0) return;
      size -= static_cast<std::size_t>(got);
    }
  }
  static std::string line(int number) { return fmt::format("{:05} {}\n", number, filling); }
  static constexpr int more_than_fit = 4000;
  /// Writes more than the pipe and the buffer hold. This must not block.
  static void flood(LogWriter& writer) {
    const auto begun = Clock::now();
    for (int i = 0; i < more_than_fit; ++i) writer.write(line(i));
    EXPECT_LT(Clock::now() - begun, 5s);
  }

  static inline const std::string filling = std::string(100, '.');
  os::FileDescriptor reader;
  os::FileDescriptor sink;
};

TEST_F(LogWriterTest, WritesLinesInTheirOrderAndAllOfThemBeforeItEnds) {
  constexpr int count = 100;
  {
    LogWriter writer(options());
    for (int i = 0; i < count; ++i) writer.write(line(i));
  }
  const auto lines = rest();
  ASSERT_EQ(lines.size(), 100U);
  for (int i = 0; i < count; ++i) EXPECT_EQ(lines.at(static_cast<std::size_t>(i)) + "\n", line(i));
}

TEST_F(LogWriterTest, DropsAndCountsUnreadLinesAndSaysWhereTheyAreMissing) {
  std::vector<std::string> lines;
  std::uint64_t dropped = 0;
  const auto held = fill_pipe();
  {
    LogWriter writer(options());
    flood(writer);
    dropped = writer.dropped();
    EXPECT_GT(dropped, 0U);
    EXPECT_FALSE(writer.flush(50ms));
    // The reader is late: it begins only now.
    std::thread reading([&] {
      skip(held);
      lines = lines_until("after");
    });
    EXPECT_TRUE(writer.flush(5s));
    writer.write("after\n");
    EXPECT_TRUE(writer.flush(5s));
    EXPECT_EQ(writer.dropped(), dropped);
    reading.join();
  }
  // Whole lines from the beginning, then the number of missing lines, then the later lines.
  ASSERT_GT(lines.size(), 2U);
  EXPECT_EQ(lines.size(), more_than_fit - dropped + 2);
  for (std::size_t i = 0; i + 2 < lines.size(); ++i) {
    ASSERT_EQ(lines[i] + "\n", line(static_cast<int>(i)));
  }
  EXPECT_EQ(lines[lines.size() - 2], fmt::format("missing {}", dropped));
  EXPECT_EQ(lines.back(), "after");
}

TEST_F(LogWriterTest, EndsThoughNobodyReads) {
  const auto begun = Clock::now();
  {
    LogWriter writer(options());
    flood(writer);
  }
  EXPECT_LT(Clock::now() - begun, 5s);
}

TEST_F(LogWriterTest, CountsLinesThatCannotBeWritten) {
  reader.reset();
  LogWriter writer(options());
  writer.write("lost\n");
  EXPECT_TRUE(writer.flush(5s));
  EXPECT_EQ(writer.dropped(), 1U);
  writer.write("lost too\n");
  EXPECT_TRUE(writer.flush(5s));
  EXPECT_EQ(writer.dropped(), 2U);
}

TEST_F(LogWriterTest, WritesALineThatIsLongerThanAPipeTakesAtOnce) {
  const std::string longest(20'000, 'x');
  {
    LogWriter writer(options());
    writer.write("before\n");
    writer.write(longest + "\n");
    writer.write("after\n");
  }
  EXPECT_THAT(rest(), testing::ElementsAre("before", longest, "after"));
}

}  // namespace
}  // namespace telemetry
