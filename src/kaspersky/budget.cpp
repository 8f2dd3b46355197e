#include "kaspersky/budget.hpp"

#include <algorithm>
#include <utility>

namespace kaspersky {
namespace {

using Days = std::chrono::sys_days;

Days day_now(const Clock& clock) { return std::chrono::floor<std::chrono::days>(clock.wall()); }

std::int64_t number_of(Days day) { return day.time_since_epoch().count(); }

}  // namespace

Budget::Budget(BudgetOptions options, Lookup& next, RequestLedger& ledger, telemetry::Log log)
    : options_(std::move(options)), next_(next), ledger_(ledger), log_(std::move(log)) {
  ledger_.begin(number_of(day_now(options_.clock)));
}

Outcome Budget::look_up(const Inquiry& inquiry, const net::Deadline& deadline) {
  const auto day = day_now(options_.clock);
  const auto number = number_of(day);
  bool doubtful = false;
  bool looks = false;
  const bool counted = ledger_.count(number, [&](const Figures& figures) {
    doubtful = false;
    if (left(figures, inquiry.purpose).value_or(1) > 0) return true;
    doubtful = others_left_none(figures, inquiry.purpose);
    looks = looks || (doubtful && check_now());
    return doubtful && looks;
  });
  if (!counted) {
    log_exhausted(number, inquiry.purpose);
    return exhausted(day + std::chrono::days(1), doubtful);
  }
  auto outcome = next_.look_up(inquiry, deadline);
  if (const auto* license = license_in(outcome)) {
    if (doubtful) {
      ledger_.correct(number, *license);
    } else {
      ledger_.learn(number, *license);
    }
  }
  return outcome;
}

Allowance Budget::today() const {
  const auto day = day_now(options_.clock);
  Allowance out{.used = ledger_.figures(number_of(day)), .resets = day + std::chrono::days(1)};
  out.left_for_people = left(out.used, Purpose::manual);
  out.left_for_automatic = left(out.used, Purpose::automatic);
  const auto& licence = out.used.quota;
  out.limit = licence ? licence : options_.daily;
  if (licence && options_.daily && *options_.daily - out.used.ours < *licence - out.used.all) {
    out.limit = options_.daily;
  }
  return out;
}

bool Budget::others_left_none(const Figures& figures, Purpose purpose) const {
  auto without = figures;
  without.all = figures.ours;
  return left(without, purpose).value_or(1) > 0;
}

bool Budget::check_now() {
  const std::lock_guard lock(mutex_);
  const auto now = options_.clock.steady();
  const bool due = next_check_ && now >= *next_check_;
  if (due || !next_check_) next_check_ = now + options_.recheck_interval;
  if (due)
    log_.info(
        "Sending one request to Kaspersky to check whether the daily quota is really exhausted");
  return due;
}

QuotaExhausted Budget::exhausted(std::chrono::system_clock::time_point midnight, bool rechecks) {
  const std::lock_guard lock(mutex_);
  if (!rechecks || !next_check_) return {.until = midnight};
  const auto left = std::chrono::ceil<std::chrono::seconds>(*next_check_ - options_.clock.steady());
  return {.until = midnight, .retry_at = std::min(midnight, options_.clock.wall() + left)};
}

std::optional<std::int64_t> Budget::left(const Figures& figures, Purpose purpose) const {
  constexpr std::int64_t percent = 100;
  std::optional<std::int64_t> least;
  const auto limit = [&](std::int64_t quota, std::int64_t used) {
    // In this order to avoid overflow: an answer can contain any number as the quota.
    const auto kept = purpose == Purpose::manual
                          ? 0
                          : quota / percent * options_.reserve_percent +
                                quota % percent * options_.reserve_percent / percent;
    const auto here = std::max<std::int64_t>(quota - kept - used, 0);
    least = std::min(least.value_or(here), here);
  };
  if (options_.daily) limit(*options_.daily, figures.ours);
  if (figures.quota) limit(*figures.quota, figures.all);
  return least;
}

void Budget::log_exhausted(std::int64_t day, Purpose purpose) {
  const auto figures = ledger_.figures(day);
  const auto left_for_manual = left(figures, Purpose::manual).value_or(0);
  const bool for_all = purpose == Purpose::manual || left_for_manual == 0;
  {
    const std::lock_guard lock(mutex_);
    auto& logged = for_all ? logged_for_people_ : logged_for_others_;
    if (logged == day) return;
    logged = day;
  }
  log_.warning(for_all ? "Kaspersky daily quota exhausted"
                       : "Kaspersky daily quota exhausted, except the reserve for manual requests",
               {{"by_this_connector", figures.ours},
                {"by_all", figures.all},
                {"left_for_manual", left_for_manual}});
}

}  // namespace kaspersky
