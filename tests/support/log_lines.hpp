// A log whose lines a test can read.
#pragma once

#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "telemetry/log.hpp"

namespace support {

/// Thread-safe. Lines have the form `LEVEL:name:message key=value …`.
class LogLines final {
 public:
  [[nodiscard]] telemetry::Log log() {
    return telemetry::Log({telemetry::Level::debug, "test", false, [this](std::string_view line) {
                             const std::lock_guard lock(mutex_);
                             lines_.emplace_back(line);
                           }});
  }

  /// The number of lines that start with `level` and contain `text`.
  [[nodiscard]] int count(std::string_view level, std::string_view text) const {
    const std::lock_guard lock(mutex_);
    int found = 0;
    for (const auto& line : lines_) {
      if (line.starts_with(level) && line.find(text) != std::string::npos) ++found;
    }
    return found;
  }

  [[nodiscard]] std::string all() const {
    const std::lock_guard lock(mutex_);
    std::string text;
    for (const auto& line : lines_) text += line;
    return text;
  }

 private:
  mutable std::mutex mutex_;
  std::vector<std::string> lines_;
};

}  // namespace support
