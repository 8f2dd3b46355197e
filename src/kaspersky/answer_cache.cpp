#include "kaspersky/answer_cache.hpp"

#include <algorithm>
#include <chrono>
#include <utility>

namespace kaspersky {
namespace {

/// So far may a clock be corrected without costing answers. In seconds.
constexpr std::int64_t tolerated_future = 60;
/// No clock is later. In seconds.
constexpr std::int64_t latest = std::int64_t{1} << 40U;
/// What a row takes besides its text and its key, which stands in the index too. In bytes.
constexpr std::int64_t row_overhead = 100;
/// One answer may not push out all others.
constexpr std::int64_t smallest_share = 4;

constexpr const char* find = "SELECT stored, size FROM answers WHERE key = ?";
constexpr const char* read_text = "SELECT text FROM answers WHERE key = ?";
constexpr const char* forget = "DELETE FROM answers WHERE key = ?";
constexpr const char* total = "SELECT bytes FROM answers_size";
constexpr const char* insert = "INSERT INTO answers (key, stored, size, text) VALUES (?, ?, ?, ?)";
// A few with each answer that is added: so none stays, and no answer waits for all of them.
constexpr const char* forget_outdated =
    "DELETE FROM answers WHERE key IN (SELECT key FROM answers WHERE stored <= ? "
    "ORDER BY stored LIMIT 20)";
constexpr const char* forget_future =
    "DELETE FROM answers WHERE key IN (SELECT key FROM answers WHERE stored > ? LIMIT 20)";
constexpr const char* forget_oldest =
    "DELETE FROM answers WHERE key IN (SELECT key FROM answers ORDER BY stored LIMIT 20) "
    "RETURNING 1";

std::int64_t bytes_of(const storage::Value& text) {
  const auto* bytes = std::get_if<std::string>(&text);
  return bytes == nullptr ? 0 : static_cast<std::int64_t>(bytes->size());
}

}  // namespace

AnswerCache::AnswerCache(AnswerCacheOptions options, Lookup& next, storage::Database& store,
                         telemetry::Log log)
    : options_(std::move(options)),
      next_(next),
      store_(store),
      trouble_("answers are not cached", std::move(log)) {
  look_at_size();
}

Outcome AnswerCache::look_up(const Inquiry& inquiry, const net::Deadline& deadline) {
  if (options_.lifetimes.longest() == std::chrono::seconds::zero()) {
    return next_.look_up(inquiry, deadline);
  }
  const auto key = key_of(inquiry);
  if (!inquiry.fresh) {
    auto known = recall(key, deadline);
    (known ? options_.hits : options_.misses).add();
    if (known) return std::move(*known);
  }
  auto outcome = next_.look_up(inquiry, deadline);
  remember(key, outcome);
  return outcome;
}

void AnswerCache::look_at_size() {
  const auto rows = store_.run(total);
  if (rows && !rows->empty()) size_ = storage::number(rows->front()[0]);
}

std::string AnswerCache::key_of(const Inquiry& inquiry) const {
  if (inquiry.kind != ObjectKind::hash) return options_.key(inquiry);
  auto lowered = inquiry;
  for (auto& c : lowered.value) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return options_.key(lowered);
}

std::int64_t AnswerCache::seconds_now() const {
  return std::chrono::duration_cast<std::chrono::seconds>(options_.now().time_since_epoch())
      .count();
}

std::optional<Outcome> AnswerCache::recall(const std::string& key, const net::Deadline& deadline) {
  const auto found = store_.run(find, {key});
  if (!found || found->empty()) return std::nullopt;
  const auto age = seconds_now() - storage::number(found->front()[0], 0, latest);
  // Before it is read.
  source::AnswerMemory::Lease memory;
  const auto length = static_cast<std::size_t>(storage::number(found->front()[1]));
  if (!options_.memory.take_for(length, memory, deadline)) {
    return Unavailable{.why = "no memory was free in time for the cached answer",
                       .passing = false,
                       .put_off = true};
  }
  const auto rows = store_.run(read_text, {key});
  if (!rows || rows->empty()) return std::nullopt;
  auto known = read(age, rows->front()[0], std::move(memory));
  if (!known) {
    static_cast<void>(store_.run(forget, {key}));
    look_at_size();
  }
  return known;
}

std::optional<Outcome> AnswerCache::read(std::int64_t age, const storage::Value& value,
                                         source::AnswerMemory::Lease memory) const {
  const auto usable = [&](std::chrono::seconds lifetime) {
    return age >= -tolerated_future && age < lifetime.count();
  };
  const auto* text = std::get_if<std::string>(&value);
  if (text == nullptr) {
    if (!usable(options_.lifetimes.not_found)) return std::nullopt;
    return NotFound{};
  }
  // Before it is parsed, which takes longer.
  if (!usable(options_.lifetimes.longest())) return std::nullopt;
  auto answer = net::parse_json(*text, options_.memory.limits(text->size())).and_then(read_answer);
  if (!answer || !usable(options_.lifetimes.of(answer->zone))) return std::nullopt;
  return Found{std::move(*answer), *text, std::move(memory)};
}

void AnswerCache::remember(const std::string& key, const Outcome& outcome) {
  storage::Value text;
  auto lifetime = std::chrono::seconds::zero();
  const bool settled = match(
      outcome,
      [&](const Found& found) {
        text = found.text;
        lifetime = options_.lifetimes.of(found.answer.zone);
        return true;
      },
      [&](const NotFound&) {
        lifetime = options_.lifetimes.not_found;
        return true;
      },
      [](const one_of<Skipped, RateLimited, QuotaSpent, Refused, Rejected, Unavailable,
                      Malformed> auto&) { return false; });
  if (!settled) return;
  const bool keep = lifetime > std::chrono::seconds::zero() &&
                    bytes_of(text) <= options_.max_size / smallest_share;
  trouble_.note(store_.transact([&](const storage::Database::Run& run) {
    static_cast<void>(run(forget, {key}));
    if (keep) put(run, key, text);
    return true;
  }));
  look_at_size();
}

void AnswerCache::put(const storage::Database::Run& run, const std::string& key,
                      const storage::Value& text) const {
  const auto now = seconds_now();
  static_cast<void>(run(forget_outdated, {now - options_.lifetimes.longest().count()}));
  static_cast<void>(run(forget_future, {now + tolerated_future}));
  const auto size = bytes_of(text) + 2 * static_cast<std::int64_t>(key.size()) + row_overhead;
  while (true) {
    const auto taken = run(total, {});
    if (!taken || taken->empty()) return;
    if (storage::number(taken->front()[0]) + size <= options_.max_size) break;
    const auto gone = run(forget_oldest, {});
    if (!gone || gone->empty()) break;
  }
  static_cast<void>(run(insert, {key, now, size, text}));
}

}  // namespace kaspersky
