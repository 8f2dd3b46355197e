#include "kaspersky/file_answers.hpp"

#include <chrono>
#include <utility>

namespace kaspersky {
namespace {

/// Upper bound of stored times. In seconds.
constexpr std::int64_t latest = std::int64_t{1} << 40U;
/// Size of a row apart from its text and its key; the key is in the index too. In bytes.
constexpr std::int64_t row_overhead = 100;
constexpr const char* find_answer = "SELECT stored, size FROM answers WHERE key = ?";
constexpr const char* read_text = "SELECT text FROM answers WHERE key = ?";
constexpr const char* forget_answer = "DELETE FROM answers WHERE key = ?";
constexpr const char* total = "SELECT bytes FROM answers_size";
constexpr const char* insert = "INSERT INTO answers (key, stored, size, text) VALUES (?, ?, ?, ?)";
// Each new answer removes a few outdated ones: all are removed in time, and no answer waits for
// all.
constexpr const char* forget_outdated =
    "DELETE FROM answers WHERE key IN (SELECT key FROM answers WHERE stored <= ? "
    "ORDER BY stored LIMIT 20)";
constexpr const char* forget_future =
    "DELETE FROM answers WHERE key IN (SELECT key FROM answers WHERE stored > ? LIMIT 20)";
constexpr const char* forget_oldest =
    "DELETE FROM answers WHERE key IN (SELECT key FROM answers ORDER BY stored LIMIT 20) "
    "RETURNING 1";

}  // namespace

FileAnswers::FileAnswers(storage::Database& store, telemetry::Log log, WallClock now)
    : store_(store), write_health_("answers are not cached", std::move(log)), now_(std::move(now)) {
  update_size();
}

void FileAnswers::update_size() {
  const auto rows = store_.run(total);
  if (rows && !rows->empty()) size_ = storage::number(rows->front()[0]);
}

std::int64_t FileAnswers::seconds_now() const {
  return std::chrono::duration_cast<std::chrono::seconds>(now_().time_since_epoch()).count();
}

std::optional<AnswerStore::Kept> FileAnswers::find(const std::string& key) {
  const auto found = store_.run(find_answer, {key});
  if (!found || found->empty()) return std::nullopt;
  return Kept{.age = seconds_now() - storage::number(found->front()[0], 0, latest),
              .size = storage::number(found->front()[1])};
}

std::optional<AnswerStore::Text> FileAnswers::read(const std::string& key, const Kept& /*found*/) {
  auto rows = store_.run(read_text, {key});
  if (!rows || rows->empty()) return std::nullopt;
  auto* text = std::get_if<std::string>(&rows->front()[0]);
  if (text == nullptr) return Text{};
  return Text{std::move(*text)};
}

void FileAnswers::put(const std::string& key, const std::optional<std::string>& text,
                      const Bounds& bounds) {
  write_health_.note(store_.transact([&](const storage::Database::Run& run) {
    static_cast<void>(run(forget_answer, {key}));
    add(run, key, text, bounds);
    return true;
  }));
  update_size();
}

void FileAnswers::forget(const std::string& key, const std::optional<Kept>& /*found*/) {
  // Its result is not noted: deleting works on a full disk too, and does not show that writing
  // works.
  static_cast<void>(store_.run(forget_answer, {key}));
  update_size();
}

void FileAnswers::add(const storage::Database::Run& run, const std::string& key,
                      const std::optional<std::string>& text, const Bounds& bounds) const {
  const auto now = seconds_now();
  static_cast<void>(run(forget_outdated, {now - bounds.longest.count()}));
  static_cast<void>(run(forget_future, {now + tolerated_future}));
  const auto size = static_cast<std::int64_t>(text ? text->size() : 0) +
                    2 * static_cast<std::int64_t>(key.size()) + row_overhead;
  while (true) {
    const auto taken = run(total, {});
    if (!taken || taken->empty()) return;
    if (storage::number(taken->front()[0]) + size <= bounds.max_bytes) break;
    const auto gone = run(forget_oldest, {});
    if (!gone || gone->empty()) break;
  }
  const auto value = text ? storage::Value(*text) : storage::Value();
  static_cast<void>(run(insert, {key, now, size, value}));
}

}  // namespace kaspersky
