#include "kaspersky/file_ledger.hpp"

#include <algorithm>
#include <utility>

namespace kaspersky {
namespace {

constexpr const char* find = "SELECT ours, total FROM requests WHERE day = ?";
constexpr const char* last_quota =
    "SELECT quota FROM requests WHERE quota IS NOT NULL ORDER BY day DESC LIMIT 1";
constexpr const char* save_day =
    "INSERT INTO requests (day, ours, total, quota) VALUES (?, ?, ?, ?) ON CONFLICT (day) "
    "DO UPDATE SET ours = excluded.ours, total = excluded.total, quota = excluded.quota";
// Keeps a number of days, not the days since a date: a clock that jumps ahead would delete today's
// count.
constexpr const char* forget =
    "DELETE FROM requests WHERE day NOT IN (SELECT day FROM requests ORDER BY day DESC LIMIT 31)";

}  // namespace

FileLedger::FileLedger(storage::Database& store, telemetry::Log log)
    : store_(store),
      write_health_("requests are counted in memory only, and the count is lost at the next start",
                    std::move(log)) {}

void FileLedger::begin(std::int64_t day) {
  const std::lock_guard lock(mutex_);
  turn_to(day);
}

bool FileLedger::count(std::int64_t day, const std::function<bool(const Figures&)>& allowed) {
  const std::lock_guard lock(mutex_);
  turn_to(day);
  if (!allowed(figures_)) return false;
  ++figures_.ours;
  ++figures_.all;
  publish_figures();
  save();
  return true;
}

void FileLedger::learn(std::int64_t day, const LicenseInfo& license) {
  const std::lock_guard lock(mutex_);
  take_over(day, license, figures_.all);
}

void FileLedger::correct(std::int64_t day, const LicenseInfo& license) {
  const std::lock_guard lock(mutex_);
  take_over(day, license, figures_.ours);
}

void FileLedger::take_over(std::int64_t day, const LicenseInfo& license, std::int64_t least) {
  bool changed = false;
  // A quota of zero is ignored: there was an answer, so requests are allowed.
  const auto quota = license.day_quota.value_or(0);
  if (quota > 0 && quota <= max_in_a_day && quota != figures_.quota) {
    figures_.quota = quota;
    changed = true;
  }
  // An answer to yesterday's request has yesterday's count.
  const auto requests = license.day_requests.value_or(0);
  if (day == day_ && requests > 0 && requests <= max_in_a_day) {
    const auto all = std::max(requests, least);
    changed = changed || all != figures_.all;
    figures_.all = all;
  }
  if (!changed) return;
  publish_figures();
  if (day_) save();
}

RequestLedger::Figures FileLedger::figures(std::int64_t day) const {
  const std::lock_guard lock(published_mutex_);
  if (published_day_ == day) return published_;
  return {.quota = published_.quota};
}

void FileLedger::publish_figures() {
  const std::lock_guard lock(published_mutex_);
  published_day_ = day_;
  published_ = figures_;
}

void FileLedger::turn_to(std::int64_t day) {
  if (day_ == day) return;
  if (!day_) {
    const auto quota = store_.run(last_quota);
    if (quota && !quota->empty()) {
      const auto known = storage::number(quota->front()[0]);
      if (known > 0 && known <= max_in_a_day) figures_.quota = known;
    }
  }
  day_ = day;
  figures_.ours = figures_.all = 0;
  if (const auto known = store_.run(find, {day}); known && !known->empty()) {
    figures_.ours = storage::number(known->front()[0], 0, max_in_a_day);
    figures_.all = std::max(figures_.ours, storage::number(known->front()[1], 0, max_in_a_day));
  }
  publish_figures();
  static_cast<void>(store_.run(forget));
}

void FileLedger::save() {
  const auto quota =
      figures_.quota ? storage::Value(*figures_.quota) : storage::Value(std::monostate{});
  write_health_.note(store_.run(save_day, {*day_, figures_.ours, figures_.all, quota}));
}

}  // namespace kaspersky
