#include "telemetry/log_writer.hpp"

#include <poll.h>

#include <algorithm>
#include <cerrno>
#include <climits>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <thread>
#include <utility>
#include <vector>

namespace telemetry {
namespace {

/// Maximum size of one write: a pipe takes it as a whole, and without blocking after poll() has
/// reported room.
constexpr std::size_t piece = PIPE_BUF;
constexpr std::chrono::milliseconds poll_interval{100};
/// flush() waits this many times longer for a slow reader than for one that takes nothing.
constexpr int slow_reader = 5;

enum class Written { all, nothing_yet, failed };

/// Waits for room, maximum `poll_interval`.
Written write_piece(int descriptor, std::string_view text, std::size_t& size) {
  pollfd wanted{.fd = descriptor, .events = POLLOUT, .revents = 0};
  const int ready = ::poll(&wanted, 1, static_cast<int>(poll_interval.count()));
  if (ready <= 0) return Written::nothing_yet;
  const auto written = ::write(descriptor, text.data(), std::min(text.size(), piece));
  if (written >= 0) {
    size = static_cast<std::size_t>(written);
    return Written::all;
  }
  if (errno == EINTR) return Written::nothing_yet;
  if (errno != EAGAIN) return Written::failed;
  // Another owner made the descriptor non-blocking, and it has less room than poll() reported.
  std::this_thread::sleep_for(poll_interval / 10);
  return Written::nothing_yet;
}

}  // namespace

struct LogWriter::Shared {
  explicit Shared(LogWriterOptions from) : options(std::move(from)) {}

  struct Line {
    std::string text;
    /// Of a notice: the number of dropped lines that it reports. Zero for other lines.
    std::uint64_t reports = 0;
  };

  const LogWriterOptions options;
  std::mutex mutex;
  std::condition_variable changed;
  std::deque<Line> lines;
  /// Size of the lines that wait and of those that are being written.
  std::size_t bytes = 0;
  /// How often the reader has taken something.
  std::uint64_t progress = 0;
  std::uint64_t dropped = 0;
  /// Dropped lines that a notice has reported.
  std::uint64_t reported = 0;
  /// The last write failed: a notice would be lost too.
  bool failing = false;
  bool writing = false;
  bool closing = false;
  bool ended = false;

  // The functions below are called under the lock.

  void add(std::string text, std::uint64_t reports = 0) {
    bytes += text.size();
    lines.push_back({std::move(text), reports});
  }
  [[nodiscard]] bool has_to_report() const { return reported != dropped && !failing; }
  void report_dropped() {
    const auto missing = dropped - std::exchange(reported, dropped);
    if (options.notice) add(options.notice(missing), missing);
  }
  [[nodiscard]] bool idle() const { return lines.empty() && !writing && !has_to_report(); }

  void run() {
    std::unique_lock lock(mutex);
    while (!closing) {
      changed.wait(lock, [this] { return closing || !lines.empty() || has_to_report(); });
      if (closing) break;
      if (lines.empty()) report_dropped();
      if (!lines.empty()) write_next(lock);
    }
    ended = true;
    changed.notify_all();
  }

  /// As many whole lines as fit into one write, or one longer line.
  [[nodiscard]] std::vector<Line> take_batch() {
    std::vector<Line> batch;
    std::size_t size = 0;
    do {
      size += lines.front().text.size();
      batch.push_back(std::move(lines.front()));
      lines.pop_front();
    } while (!lines.empty() && size + lines.front().text.size() <= piece);
    return batch;
  }

  void write_next(std::unique_lock<std::mutex>& lock) {
    const auto batch = take_batch();
    std::string text;
    for (const auto& line : batch) text += line.text;
    writing = true;
    failing = !write_all(text, lock);
    if (failing) {
      for (const auto& line : batch) {
        reported -= line.reports;
        if (line.reports == 0) ++dropped;
      }
    }
    writing = false;
    bytes -= text.size();
    changed.notify_all();
  }

  /// Stops early when this object is being closed. @returns false when it cannot be written
  bool write_all(std::string_view rest, std::unique_lock<std::mutex>& lock) {
    while (!rest.empty() && !closing) {
      lock.unlock();
      std::size_t size = 0;
      const auto written = write_piece(options.descriptor, rest, size);
      lock.lock();
      if (written == Written::failed) return false;
      rest.remove_prefix(size);
      if (size == 0) continue;
      ++progress;
      changed.notify_all();
    }
    return true;
  }
};

LogWriter::LogWriter(LogWriterOptions options)
    : shared_(std::make_shared<Shared>(std::move(options))),
      thread_({.name = "log", .failed = {}}, [shared = shared_](const auto&) { shared->run(); }) {}

LogWriter::~LogWriter() {
  flush(shared_->options.parting);
  {
    std::unique_lock lock(shared_->mutex);
    shared_->closing = true;
    shared_->changed.notify_all();
    shared_->changed.wait_for(lock, 2 * poll_interval, [this] { return shared_->ended; });
    if (!shared_->ended) thread_.leave();
  }
}

void LogWriter::write(std::string_view line) {
  const std::lock_guard lock(shared_->mutex);
  if (shared_->bytes + line.size() > shared_->options.capacity) {
    ++shared_->dropped;
    return;
  }
  if (shared_->has_to_report()) shared_->report_dropped();
  shared_->add(std::string(line));
  shared_->changed.notify_all();
}

bool LogWriter::flush(std::chrono::milliseconds longest) {
  const auto end = std::chrono::steady_clock::now() + slow_reader * longest;
  std::unique_lock lock(shared_->mutex);
  while (!shared_->idle()) {
    const auto before = shared_->progress;
    const auto until = std::min(end, std::chrono::steady_clock::now() + longest);
    const bool moved = shared_->changed.wait_until(
        lock, until, [&] { return shared_->idle() || shared_->progress != before; });
    if (!moved || std::chrono::steady_clock::now() >= end) return shared_->idle();
  }
  return true;
}

std::uint64_t LogWriter::dropped() const {
  const std::lock_guard lock(shared_->mutex);
  return shared_->dropped;
}

}  // namespace telemetry
