#include "runtime/sent_results.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace runtime {
namespace {

using std::chrono::milliseconds;
using std::chrono::system_clock;

/// JSON text holds no line break, so lines keep bundles apart.
constexpr char separator = '\n';
/// No result is put off for as long as this.
constexpr milliseconds furthest_ahead = std::chrono::hours(2);

/// Of objects on a work, and of bytes: nobody has more, and sums stay far from what a number holds.
constexpr std::int64_t most_announced = 1'000'000'000;
constexpr std::int64_t most_bytes_kept = std::int64_t{1} << 50U;
constexpr std::int64_t most_looks = 1'000'000;

system_clock::time_point time_of(const storage::Value& value) {
  // In the year 2255, as a system_clock can tell it.
  constexpr std::int64_t latest = 9'000'000'000'000;
  return system_clock::time_point(milliseconds(storage::number(value, 0, latest)));
}

std::int64_t announced_in(const storage::Value& value) {
  return storage::number(value, 0, most_announced);
}

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  for (std::size_t at = 0; at < text.size();) {
    const auto end = std::min(text.find(separator, at), text.size());
    lines.push_back(text.substr(at, end - at));
    at = end + 1;
  }
  return lines;
}

}  // namespace

SentResults::SentResults(SentResultsOptions options, storage::Database& store,
                         const telemetry::Log& log)
    : options_(std::move(options)),
      store_(store),
      trouble_("results are sent without their work's id, which then counts no objects", log) {
  count_again();
}

std::int64_t SentResults::now() const {
  return std::chrono::duration_cast<milliseconds>(options_.now().time_since_epoch()).count();
}

void SentResults::count_again() {
  const auto rows = store_.run("SELECT count(*), sum(size) FROM sent");
  if (!rows || rows->empty()) return;
  const std::lock_guard lock(mutex_);
  results_ = storage::number(rows->front().at(0));
  bytes_ = storage::number(rows->front().at(1), 0, most_bytes_kept);
}

bool SentResults::has_room(std::size_t bytes) const {
  const std::lock_guard lock(mutex_);
  return results_ < options_.most_results &&
         bytes_ + static_cast<std::int64_t>(bytes) <= options_.most_bytes &&
         std::chrono::steady_clock::now() >= refused_until_;
}

bool SentResults::keep(const SentResult& result) {
  const auto text = fmt::format("{}", fmt::join(result.bundles, std::string(1, separator)));
  const auto size = static_cast<std::int64_t>(text.size());
  const auto at = now();
  const auto kept = store_.run(
      "INSERT OR REPLACE INTO sent VALUES (?, ?, ?, ?, ?, ?, ?, ?, 0, ?, ?)",
      {result.key, result.work_id, result.announced, result.draft_id, result.applicant_id,
       result.entity_id, at, at + options_.first_look.count(), size, text});
  trouble_.note(kept);
  const std::lock_guard lock(mutex_);
  if (!kept) {
    refused_until_ = std::chrono::steady_clock::now() + options_.write_again_after;
    return false;
  }
  ++results_;
  bytes_ += size;
  ++kept_;
  return true;
}

std::optional<std::int64_t> SentResults::announced_for(const std::string& key) {
  const auto rows = store_.run("SELECT announced FROM sent WHERE key = ?", {key});
  if (!rows || rows->empty()) return std::nullopt;
  return announced_in(rows->front().at(0));
}

std::int64_t SentResults::announced_by_others(const std::string& work_id, const std::string& key) {
  const auto rows =
      store_.run("SELECT sum(announced) FROM sent WHERE work = ? AND key <> ?", {work_id, key});
  return rows && !rows->empty() ? announced_in(rows->front().at(0)) : 0;
}

std::vector<DueResult> SentResults::due(std::size_t most) {
  forget({});
  const auto at = now();
  // A time so far ahead is of a clock that was set back since.
  const auto rows = store_.run(
      "SELECT key, work, announced, entity, at, due, looks FROM sent WHERE due <= ? OR due > ? "
      "ORDER BY due LIMIT ?",
      {at, at + furthest_ahead.count(), static_cast<std::int64_t>(most)});
  std::vector<DueResult> out;
  if (!rows) return out;
  const std::lock_guard lock(mutex_);
  for (const auto& row : *rows) {
    if (done_.contains(storage::text(row[0]))) continue;
    out.push_back({.key = storage::text(row[0]),
                   .work_id = storage::text(row[1]),
                   .announced = announced_in(row[2]),
                   .entity_id = storage::text(row[3]),
                   .sent = time_of(row[4]),
                   .due = time_of(row[5]),
                   .looks = static_cast<int>(storage::number(row[6], 0, most_looks))});
  }
  return out;
}

std::optional<SentResult> SentResults::read(const std::string& key) {
  const auto rows = store_.run(
      "SELECT work, announced, draft, applicant, entity, bundles FROM sent WHERE key = ?", {key});
  if (!rows || rows->empty()) return std::nullopt;
  const auto& row = rows->front();
  return SentResult{.key = key,
                    .work_id = storage::text(row[0]),
                    .announced = announced_in(row[1]),
                    .draft_id = storage::text(row[2]),
                    .applicant_id = storage::text(row[3]),
                    .entity_id = storage::text(row[4]),
                    .bundles = lines_of(storage::text(row[5]))};
}

void SentResults::forget(const std::vector<std::string>& keys) {
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

bool SentResults::erase(const std::vector<std::string>& keys) {
  return store_
      .transact([&](const storage::Database::Run& run) {
        return std::all_of(keys.begin(), keys.end(), [&](const auto& key) {
          return run("DELETE FROM sent WHERE key = ?", {key}).has_value();
        });
      })
      .has_value();
}

void SentResults::postpone(const std::vector<std::pair<std::string, milliseconds>>& pauses) {
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

std::int64_t SentResults::size() const {
  const std::lock_guard lock(mutex_);
  return results_;
}

std::uint64_t SentResults::kept() const {
  const std::lock_guard lock(mutex_);
  return kept_;
}

}  // namespace runtime
