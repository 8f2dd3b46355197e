// Spends the day's requests, and keeps the last of them for people.
#pragma once

#include <cstdint>
#include <mutex>
#include <optional>

#include "kaspersky/clock.hpp"
#include "kaspersky/lookup.hpp"
#include "kaspersky/request_ledger.hpp"

namespace kaspersky {

struct BudgetOptions {
  /// The most requests that this connector makes in a day; what the licence says counts besides.
  std::optional<std::int64_t> daily;
  /// How much of a day's requests only people may use; part of a request counts as none.
  int reserve_percent = 10;
  /// So often one request is made to see whether the licence is used up indeed.
  std::chrono::seconds look_again{3600};
  Clock clock;
};

/// What is left of a day.
struct Allowance {
  RequestLedger::Figures used;
  /// Whichever of the two limits leaves less; nothing where there is none, as with the next two.
  std::optional<std::int64_t> limit;
  std::optional<std::int64_t> left_for_people;
  std::optional<std::int64_t> left_for_automatic;
  std::chrono::system_clock::time_point resets;
};

/// Counts each request before it is made, and makes none that the day has no room for (QuotaSpent).
/// A day is a day of UTC. Answers that tell of the licence correct the count upwards, since others
/// may use it too; where none tells, as with a trial, there is no limit but `daily`.
///
/// The service's day need not turn when ours does, and an answer just after midnight may tell
/// yesterday's count. So when that of others is why the day has no room, one request an hour is
/// made all the same, whoever asks, and what its answer tells is believed downwards too.
///
/// The class is thread-safe.
class Budget final : public Lookup {
 public:
  /// All references must outlive this object.
  Budget(BudgetOptions options, Lookup& next, RequestLedger& ledger, telemetry::Log log);

  [[nodiscard]] Outcome look_up(const Inquiry& inquiry, const net::Deadline& deadline) override;

  /// Does not wait for the store.
  [[nodiscard]] Allowance today() const;

 private:
  using Figures = RequestLedger::Figures;

  [[nodiscard]] std::optional<std::int64_t> left(const Figures& figures, Purpose purpose) const;
  /// Whether the count of what others made is what leaves no room.
  [[nodiscard]] bool others_left_none(const Figures& figures, Purpose purpose) const;
  /// Whether it is time to look; then nobody else is told so until the next time.
  [[nodiscard]] bool look_now();
  [[nodiscard]] QuotaSpent spent(std::chrono::system_clock::time_point midnight, bool looks_again);
  /// Once a day for people, once for the others.
  void tell(std::int64_t day, Purpose purpose);

  const BudgetOptions options_;
  Lookup& next_;
  RequestLedger& ledger_;
  telemetry::Log log_;
  std::mutex mutex_;
  /// Nothing until the licence has been used up once.
  std::optional<std::chrono::steady_clock::time_point> next_look_;
  std::optional<std::int64_t> told_people_;
  std::optional<std::int64_t> told_others_;
};

}  // namespace kaspersky
