// Writes the log on a thread of its own, so that a reader who does not read holds nothing up.
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
  /// Stays the caller's, and open.
  int descriptor = STDERR_FILENO;
  /// Lines that wait for the reader, in bytes.
  std::size_t capacity = std::size_t{1024} * 1024;
  /// See flush(), which the destructor calls with it.
  std::chrono::milliseconds parting{500};
  /// Makes the line, line break included, that stands where this many lines were dropped. Called on
  /// any thread, one call at a time; must be quick and not write to this object. Empty: none.
  std::function<std::string(std::uint64_t)> notice = {};
};

/// Lines are written in the order of write(), whole lines at a time: those of up to 4 KiB in one
/// piece, which other writers of the same pipe cannot break. A line that finds the buffer full is
/// dropped and counted; `notice` says how many are missing, where they are missing. What cannot be
/// written (a full disk, a reader that has gone) is dropped and counted too, and told of when
/// something can be written again.
///
/// Owns one thread. A descriptor that blocks in the middle of a write keeps that thread, and
/// nothing else: the destructor leaves it behind. The class is thread-safe.
class LogWriter final {
 public:
  explicit LogWriter(LogWriterOptions options);
  ~LogWriter();
  LogWriter(const LogWriter&) = delete;
  LogWriter& operator=(const LogWriter&) = delete;

  /// One line, line break included. Never waits for the reader.
  void write(std::string_view line);

  /// Waits until everything has reached the reader, or the reader has taken nothing for `longest`,
  /// or five times that has passed.
  /// @returns whether it has
  bool flush(std::chrono::milliseconds longest);

  /// Lines so far, of which some may not have been told to the reader yet.
  [[nodiscard]] std::uint64_t dropped() const;

 private:
  struct Shared;
  /// Also the thread's, which may be left behind.
  std::shared_ptr<Shared> shared_;
  os::Thread thread_;
};

}  // namespace telemetry
