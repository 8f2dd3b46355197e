// How many requests were made today, kept across restarts.
#pragma once

#include <cstdint>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "kaspersky/answer.hpp"
#include "storage/database.hpp"
#include "storage/trouble.hpp"

namespace kaspersky {

/// Days are numbered since 1970-01-01, UTC. The file is written before count() returns, so that it
/// never holds fewer requests than were made; when it cannot be, counting goes on in memory.
///
/// The class is thread-safe.
class RequestLedger final {
 public:
  struct Figures {
    /// Made by this connector.
    std::int64_t ours = 0;
    /// Made by all who use the licence, as far as is known; never less than `ours`.
    std::int64_t all = 0;
    /// What the licence allows in a day, where an answer has told it.
    std::optional<std::int64_t> quota;
  };

  /// @param store must outlive this object
  RequestLedger(storage::Database& store, telemetry::Log log);

  /// Reads what is known of the day, so that figures() tells it before the first request.
  void begin(std::int64_t day);

  /// Adds a request, if `allowed` says so of the figures before it.
  [[nodiscard]] bool count(std::int64_t day, const std::function<bool(const Figures&)>& allowed);

  /// What an answer to a request of that day told. Answers overtake each other, so the licence's
  /// count only rises.
  void learn(std::int64_t day, const LicenseInfo& license);
  /// The same, but the licence's count is what is told, and never less than our own.
  void correct(std::int64_t day, const LicenseInfo& license);

  /// Of a day that has begun; nothing but the quota of another. Does not wait for the store.
  [[nodiscard]] Figures figures(std::int64_t day) const;

  /// Why the store cannot be written to, and what that means; empty while it can.
  [[nodiscard]] std::string store_problem() const { return trouble_.problem(); }

 private:
  void take_over(std::int64_t day, const LicenseInfo& license, std::int64_t least);
  void turn_to(std::int64_t day);
  void save();
  /// Makes figures() tell what there is now.
  void tell();

  storage::Database& store_;
  storage::Trouble trouble_;
  std::mutex mutex_;
  std::optional<std::int64_t> day_;
  Figures figures_;
  /// Never held while the store works: a disk that hangs does not keep figures() waiting.
  mutable std::mutex told_mutex_;
  std::optional<std::int64_t> told_day_;
  Figures told_;
};

}  // namespace kaspersky
