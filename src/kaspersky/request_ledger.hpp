// Counts the requests of the day: in a file, or on a server that replicas share.
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
    /// Made by all clients with this licence, as far as known; never less than `ours`.
    std::int64_t all = 0;
    /// The daily quota of the licence, if an answer had it.
    std::optional<std::int64_t> quota;
  };

  /// Reads the stored figures of the day, so that figures() returns them before the first request.
  virtual void begin(std::int64_t day) = 0;

  /// Counts a request if `allowed` returns true for the figures before it. Atomic, also with other
  /// processes. `allowed` may be called several times.
  [[nodiscard]] virtual bool count(std::int64_t day,
                                   const std::function<bool(const Figures&)>& allowed) = 0;

  /// Takes over the licence data of an answer to a request of that day. Answers overtake each
  /// other, so the licence's count only rises.
  virtual void learn(std::int64_t day, const LicenseInfo& license) = 0;
  /// The same, but the licence's count is set to that of the answer; it is never less than our own.
  virtual void correct(std::int64_t day, const LicenseInfo& license) = 0;

  /// The figures of the current day; of another day only the quota. Does not wait for the store.
  [[nodiscard]] virtual Figures figures(std::int64_t day) const = 0;

  /// Why the store cannot be written, and the consequence; empty while it can.
  [[nodiscard]] virtual std::string problem() const = 0;
};

/// Larger numbers are ignored as invalid: no licence has so large a quota.
constexpr std::int64_t max_in_a_day = 1'000'000'000'000;

}  // namespace kaspersky
