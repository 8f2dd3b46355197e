#include "runtime/file_sent.hpp"

#include <algorithm>

namespace runtime {
namespace {

using std::chrono::milliseconds;
using std::chrono::system_clock;

/// Longer than any postponement of a result.
constexpr milliseconds furthest_ahead = std::chrono::hours(2);

system_clock::time_point time_of(const storage::Value& value) {
  // In the year 2255, within the range of system_clock.
  constexpr std::int64_t latest = 9'000'000'000'000;
  return system_clock::time_point(milliseconds(storage::number(value, 0, latest)));
}

std::int64_t announced_in(const storage::Value& value) {
  return storage::number(value, 0, max_announced);
}

}  // namespace

FileSent::FileSent(SentResultsOptions options, storage::Database& store, const telemetry::Log& log)
    : options_(std::move(options)),
      store_(store),
      write_health_("results are sent without their work's id, which then counts no objects", log) {
  count_again();
}

std::int64_t FileSent::now() const {
  return std::chrono::duration_cast<milliseconds>(options_.now().time_since_epoch()).count();
}

void FileSent::count_again() {
  const auto rows = store_.run("SELECT count(*), sum(size) FROM sent");
  if (!rows || rows->empty()) return;
  const std::lock_guard lock(mutex_);
  results_ = storage::number(rows->front().at(0));
  bytes_ = storage::number(rows->front().at(1), 0, max_bytes_kept);
}

bool FileSent::has_room(std::size_t bytes) const {
  const std::lock_guard lock(mutex_);
  return results_ < options_.max_results &&
         bytes_ + static_cast<std::int64_t>(bytes) <= options_.max_bytes &&
         std::chrono::steady_clock::now() >= next_attempt_;
}

bool FileSent::keep(const SentResult& result) {
  const auto text = text_of_bundles(result.bundles);
  const auto size = static_cast<std::int64_t>(text.size());
  const auto at = now();
  const auto kept =
      store_.run("INSERT OR REPLACE INTO sent VALUES (?, ?, ?, ?, ?, ?, ?, ?, 0, ?, ?)",
                 {result.key, result.work_id.text(), result.announced, result.draft_id.text(),
                  result.applicant_id, result.entity_id.text(), at,
                  at + options_.first_check.count(), size, text});
  write_health_.note(kept);
  const std::lock_guard lock(mutex_);
  if (!kept) {
    next_attempt_ = std::chrono::steady_clock::now() + options_.write_again_after;
    return false;
  }
  ++results_;
  bytes_ += size;
  ++kept_;
  return true;
}

std::optional<std::int64_t> FileSent::announced_for(const std::string& key) {
  const auto rows = store_.run("SELECT announced FROM sent WHERE key = ?", {key});
  if (!rows || rows->empty()) return std::nullopt;
  return announced_in(rows->front().at(0));
}

std::int64_t FileSent::announced_by_others(const opencti::WorkId& work_id, const std::string& key) {
  const auto rows = store_.run("SELECT sum(announced) FROM sent WHERE work = ? AND key <> ?",
                               {work_id.text(), key});
  return rows && !rows->empty() ? announced_in(rows->front().at(0)) : 0;
}

std::vector<DueResult> FileSent::due(std::size_t max_count) {
  forget({});
  const auto at = now();
  // A later time was written before the clock was set back.
  const auto rows = store_.run(
      "SELECT key, work, announced, entity, at, due, looks FROM sent WHERE due <= ? OR due > ? "
      "ORDER BY due LIMIT ?",
      {at, at + furthest_ahead.count(), static_cast<std::int64_t>(max_count)});
  std::vector<DueResult> out;
  if (!rows) return out;
  const std::lock_guard lock(mutex_);
  for (const auto& row : *rows) {
    if (done_.contains(storage::text(row[0]))) continue;
    out.push_back({.key = storage::text(row[0]),
                   .work_id = opencti::WorkId(storage::text(row[1])),
                   .announced = announced_in(row[2]),
                   .entity_id = opencti::EntityId(storage::text(row[3])),
                   .sent = time_of(row[4]),
                   .due = time_of(row[5]),
                   .checks = static_cast<int>(storage::number(row[6], 0, max_checks))});
  }
  return out;
}

std::optional<SentResult> FileSent::read(const std::string& key) {
  const auto rows = store_.run(
      "SELECT work, announced, draft, applicant, entity, bundles FROM sent WHERE key = ?", {key});
  if (!rows || rows->empty()) return std::nullopt;
  const auto& row = rows->front();
  return SentResult{.key = key,
                    .work_id = opencti::WorkId(storage::text(row[0])),
                    .announced = announced_in(row[1]),
                    .draft_id = opencti::DraftId(storage::text(row[2])),
                    .applicant_id = storage::text(row[3]),
                    .entity_id = opencti::EntityId(storage::text(row[4])),
                    .bundles = bundles_in(storage::text(row[5]))};
}

void FileSent::forget(const std::vector<std::string>& keys) {
  std::vector<std::string> all;
  {
    const std::lock_guard lock(mutex_);
    done_.insert(keys.begin(), keys.end());
    all.assign(done_.begin(), done_.end());
  }
  if (all.empty() || !erase(all)) return;
  {
    const std::lock_guard lock(mutex_);
    for (const auto& key : all) done_.erase(key);
  }
  count_again();
}

bool FileSent::erase(const std::vector<std::string>& keys) {
  return store_
      .transact([&](const storage::Database::Run& run) {
        return std::all_of(keys.begin(), keys.end(), [&](const auto& key) {
          return run("DELETE FROM sent WHERE key = ?", {key}).has_value();
        });
      })
      .has_value();
}

void FileSent::postpone(const std::vector<std::pair<std::string, milliseconds>>& pauses) {
  if (pauses.empty()) return;
  const auto from = now();
  std::ignore = store_.transact([&](const storage::Database::Run& run) {
    return std::all_of(pauses.begin(), pauses.end(), [&](const auto& pause) {
      return run("UPDATE sent SET due = ?, looks = looks + 1 WHERE key = ?",
                 {from + pause.second.count(), pause.first})
          .has_value();
    });
  });
}

std::int64_t FileSent::size() const {
  const std::lock_guard lock(mutex_);
  return results_;
}

std::uint64_t FileSent::kept() const {
  const std::lock_guard lock(mutex_);
  return kept_;
}

}  // namespace runtime
