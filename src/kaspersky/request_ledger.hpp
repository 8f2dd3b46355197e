// How many requests were made today: in a file, or on a server that replicas share.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>

#include "kaspersky/answer.hpp"

namespace kaspersky {

/// Days are numbered since 1970-01-01, UTC. Implementations are thread-safe.
class RequestLedger {
 public:
  RequestLedger() = default;
  virtual ~RequestLedger() = default;
  RequestLedger(const RequestLedger&) = delete;
  RequestLedger& operator=(const RequestLedger&) = delete;

  struct Figures {
    /// Made by this connector.
    std::int64_t ours = 0;
    /// Made by all who use the licence, as far as is known; never less than `ours`.
    std::int64_t all = 0;
    /// What the licence allows in a day, where an answer has told it.
    std::optional<std::int64_t> quota;
  };

  /// Reads what is known of the day, so that figures() tells it before the first request.
  virtual void begin(std::int64_t day) = 0;

  /// Adds a request, if `allowed` says so of the figures before it: as one step, whoever else
  /// counts. It may be called several times.
  [[nodiscard]] virtual bool count(std::int64_t day,
                                   const std::function<bool(const Figures&)>& allowed) = 0;

  /// What an answer to a request of that day told. Answers overtake each other, so the licence's
  /// count only rises.
  virtual void learn(std::int64_t day, const LicenseInfo& license) = 0;
  /// The same, but the licence's count is what is told, and never less than our own.
  virtual void correct(std::int64_t day, const LicenseInfo& license) = 0;

  /// Of a day that has begun; nothing but the quota of another. Does not wait for the store.
  [[nodiscard]] virtual Figures figures(std::int64_t day) const = 0;

  /// Why the store cannot be written to, and what that means; empty while it can.
  [[nodiscard]] virtual std::string problem() const = 0;
};

/// No licence has more; what says so is no figure.
constexpr std::int64_t most_in_a_day = 1'000'000'000'000;

}  // namespace kaspersky
