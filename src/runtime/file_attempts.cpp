#include "runtime/file_attempts.hpp"

namespace runtime {
namespace {

constexpr const char* forget = "DELETE FROM attempts WHERE key = ?";

}  // namespace

FileAttempts::FileAttempts(storage::Database& store, telemetry::Log log)
    : store_(store), write_health_("crashes are not counted", std::move(log)) {
  const auto rows = store_.run("SELECT key, begun, reason FROM attempts");
  write_health_.note(rows);
  if (!rows) return;
  for (const auto& row : *rows) {
    counted_.emplace(storage::text(row.at(0)),
                     known(storage::number(row.at(1), 0, drop_after), storage::text(row.at(2))));
  }
}

EarlierAttempts FileAttempts::find(const std::string& key) {
  const std::lock_guard lock(mutex_);
  const auto found = counted_.find(key);
  return found == counted_.end() ? EarlierAttempts{} : found->second;
}

void FileAttempts::begun(const std::string& key, const EarlierAttempts& earlier,
                         std::string_view crash_reason) {
  write(key, earlier.attempts + 1, std::string(crash_reason));
}

void FileAttempts::not_begun(const std::string& key, const EarlierAttempts& earlier) {
  earlier.attempts > 0 ? write(key, earlier.attempts, earlier.reason) : erase(key);
}

void FileAttempts::failed(const std::string& key, const EarlierAttempts& earlier,
                          const std::string& reason) {
  write(key, earlier.attempts + 1, reason);
  const std::lock_guard lock(mutex_);
  counted_[key] = {.attempts = earlier.attempts + 1, .reason = reason};
}

void FileAttempts::over(const std::string& key) {
  erase(key);
  const std::lock_guard lock(mutex_);
  counted_.erase(key);
}

void FileAttempts::erase(const std::string& key) {
  // A success is not noted: deleting nothing works on a full disk too, and does not show that
  // writing works.
  const auto erased = store_.note(forget, {key});
  if (!erased) write_health_.note(erased);
}

void FileAttempts::write(const std::string& key, std::int64_t count, const std::string& reason) {
  auto done = store_.note("INSERT OR REPLACE INTO attempts VALUES (?, ?, ?)", {key, count, reason});
  // Each write gets a higher rowid, so these are the oldest rows.
  if (done) {
    done = store_.note(
        "DELETE FROM attempts WHERE rowid <= (SELECT max(rowid) FROM attempts) - 10000");
  }
  write_health_.note(done);
}

}  // namespace runtime
