// Enforces the daily quota, and reserves its last requests for manual requests.
#pragma once

#include <cstdint>
#include <mutex>
#include <optional>

#include "kaspersky/clock.hpp"
#include "kaspersky/lookup.hpp"
#include "kaspersky/request_ledger.hpp"
#include "telemetry/log.hpp"

namespace kaspersky {

struct BudgetOptions {
  /// Maximum number of requests of this connector per day; the quota of the licence also applies.
  std::optional<std::int64_t> daily;
  /// Percentage of the daily quota that only manual requests may use; rounded down to requests.
  int reserve_percent = 10;
  /// Interval at which one request checks whether the quota of the licence is really exhausted.
  std::chrono::seconds recheck_interval{3600};
  Clock clock;
};

/// The quota and its use on one day.
struct Allowance {
  RequestLedger::Figures used;
  /// The limit that leaves fewer requests. Nothing if there is no limit; this applies to the next
  /// two members too.
  std::optional<std::int64_t> limit;
  std::optional<std::int64_t> left_for_people;
  std::optional<std::int64_t> left_for_automatic;
  std::chrono::system_clock::time_point resets;
};

/// Counts each request before it is sent, and sends none beyond the daily quota (QuotaExhausted). A
/// day is a UTC day. Answers with the count of the licence correct the count upwards, because other
/// clients may use the licence too; without such answers, as with a trial, `daily` is the only
/// limit.
///
/// The service's day may begin at another time, and an answer just after midnight may report
/// yesterday's count. So if the requests of others exhaust the quota, one request per hour is still
/// sent, for any purpose, and its answer may also correct the count downwards.
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
  /// Whether no request is left because of requests by others.
  [[nodiscard]] bool others_left_none(const Figures& figures, Purpose purpose) const;
  /// Whether to check now; true for one caller per interval.
  [[nodiscard]] bool check_now();
  [[nodiscard]] QuotaExhausted exhausted(std::chrono::system_clock::time_point midnight,
                                         bool rechecks);
  /// Logs that the quota is exhausted: once a day for manual requests, once for others.
  void log_exhausted(std::int64_t day, Purpose purpose);

  const BudgetOptions options_;
  Lookup& next_;
  RequestLedger& ledger_;
  telemetry::Log log_;
  std::mutex mutex_;
  /// Nothing until the licence's quota was exhausted once.
  std::optional<std::chrono::steady_clock::time_point> next_check_;
  std::optional<std::int64_t> logged_for_people_;
  std::optional<std::int64_t> logged_for_others_;
};

}  // namespace kaspersky
