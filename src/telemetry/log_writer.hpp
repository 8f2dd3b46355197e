// Writes the log on its own thread, so that a reader that does not read blocks no other thread.
#pragma once

#include <unistd.h>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "os/thread.hpp"

namespace telemetry {

struct LogWriterOptions {
  /// Owned by the caller, and never closed here.
  int descriptor = STDERR_FILENO;
  /// Maximum size in bytes of the lines that wait for the reader.
  std::size_t capacity = std::size_t{1024} * 1024;
  /// The destructor calls flush() with this time.
  std::chrono::milliseconds parting{500};
  /// Makes the line, line break included, that replaces this number of dropped lines. Called on any
  /// thread, one call at a time; must be quick and not write to this object. Empty: no notice.
  std::function<std::string(std::uint64_t)> notice = {};
};

/// Lines are written in the order of write(), whole lines at a time: those of up to 4 KiB in one
/// piece, which other writers of the same pipe cannot break. A line that finds the buffer full is
/// dropped and counted; in its place `notice` says how many are missing. A line that cannot be
/// written (the disk is full, the reader has ended) is dropped and counted too; its notice is
/// written once writing works again.
///
/// Owns one thread. A descriptor that blocks in the middle of a write blocks that thread only: the
/// destructor detaches it. The class is thread-safe.
class LogWriter final {
 public:
  explicit LogWriter(LogWriterOptions options);
  ~LogWriter();
  LogWriter(const LogWriter&) = delete;
  LogWriter& operator=(const LogWriter&) = delete;

  /// One line, line break included. Never waits for the reader.
  void write(std::string_view line);

  /// Waits until the reader has everything, or the reader has taken nothing for `longest`, or five
  /// times `longest` has passed.
  /// @returns whether the reader has everything
  bool flush(std::chrono::milliseconds longest);

  /// Number of lines dropped so far; the notice of some may not be written yet.
  [[nodiscard]] std::uint64_t dropped() const;

 private:
  struct Shared;
  /// Shared with the thread, which may outlive this object.
  std::shared_ptr<Shared> shared_;
  os::Thread thread_;
};

}  // namespace telemetry
