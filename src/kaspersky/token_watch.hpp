// Warns before the API token expires.
#pragma once

#include <chrono>
#include <mutex>
#include <optional>
#include <string>
#include <utility>

#include "kaspersky/clock.hpp"
#include "kaspersky/lookup.hpp"
#include "telemetry/log.hpp"

namespace kaspersky {

/// Reads the expiry date from answers. It logs one line a day in the last 30 days, in the last 7,
/// on the last, and after expiry; the last two as errors. The class is thread-safe.
class TokenWatch final : public Lookup {
 public:
  /// @param next must outlive this object
  TokenWatch(
      Lookup& next, telemetry::Log log,
      WallClock now = [] { return std::chrono::system_clock::now(); });

  [[nodiscard]] Outcome look_up(const Inquiry& inquiry, const net::Deadline& deadline) override;

  /// The expiry date in the last answer that had one.
  [[nodiscard]] std::optional<std::chrono::system_clock::time_point> expires() const;

 private:
  enum class Stage { month, week, day, expired };
  void check_expiry(const std::string& expiration);
  [[nodiscard]] bool is_new(std::chrono::sys_days today, Stage stage);

  Lookup& next_;
  telemetry::Log log_;
  const WallClock now_;
  mutable std::mutex mutex_;
  std::optional<std::chrono::system_clock::time_point> expires_;
  std::optional<std::pair<std::chrono::sys_days, Stage>> logged_;
};

}  // namespace kaspersky
