#include "fuzz/rows.hpp"

#include <chrono>
#include <cstdint>
#include <cstring>
#include <string>

#include "fuzz/require.hpp"
#include "kaspersky/answer_cache.hpp"
#include "kaspersky/file_answers.hpp"
#include "kaspersky/file_ledger.hpp"
#include "runtime/file_attempts.hpp"
#include "runtime/file_playbooks.hpp"
#include "runtime/file_sent.hpp"
#include "storage/database.hpp"

namespace fuzz {
namespace {

using std::chrono::system_clock;

constexpr std::int64_t now = 1'800'000'000;

const telemetry::Log& quiet() {
  static const telemetry::Log log(
      {.level = telemetry::Level::error, .name = "fuzz", .write = [](std::string_view line) {
         require(line.find('\n') == line.size() - 1);
       }});
  return log;
}

storage::Database& store() {
  static storage::Database database({.path = {}}, quiet());
  return database;
}

/// Takes values from the front of the input.
class Source final {
 public:
  explicit Source(std::string_view bytes) : rest_(bytes) {}

  /// Returns a value of any type.
  storage::Value value() {
    switch (byte() % 4) {
      case 0:
        return std::monostate{};
      case 1:
        return static_cast<std::int64_t>(static_cast<signed char>(byte()));
      case 2:
        return number();
      default:
        return text();
    }
  }
  std::int64_t number() {
    std::int64_t out = 0;
    const auto taken = take(sizeof(out));
    std::memcpy(&out, taken.data(), taken.size());
    return out;
  }
  std::string text() { return std::string(take(byte())); }
  std::string rest() { return std::string(take(rest_.size())); }

 private:
  unsigned char byte() {
    const auto taken = take(1);
    return taken.empty() ? 0 : static_cast<unsigned char>(taken.front());
  }
  std::string_view take(std::size_t most) {
    const auto taken = rest_.substr(0, most);
    rest_.remove_prefix(taken.size());
    return taken;
  }

  std::string_view rest_;
};

/// Stands for Kaspersky behind the cache: it knows no object.
class NothingKnown final : public kaspersky::Lookup {
 public:
  kaspersky::Outcome look_up(const kaspersky::Inquiry& /*inquiry*/,
                             const net::Deadline& /*deadline*/) override {
    ++calls;
    return kaspersky::NotFound{};
  }
  int calls = 0;
};

void count_requests() {
  kaspersky::FileLedger ledger(store(), quiet());
  const std::int64_t today = now / 86'400;
  ledger.begin(today);
  static_cast<void>(ledger.count(today, [](const auto&) { return true; }));
  const auto figures = ledger.figures(today);
  require(figures.ours >= 1 && figures.all >= figures.ours);
}

void count_attempts() {
  runtime::FileAttempts attempts(store(), quiet());
  const auto earlier = attempts.find("key");
  require(earlier.attempts >= 0);
  attempts.begun("key", earlier, runtime::Attempts::crashed);
  attempts.failed("key", earlier, "reason");
  require(attempts.find("key").attempts > 0);
}

void read_sent_results() {
  runtime::FileSent sent(
      {.now = [] { return system_clock::time_point(std::chrono::seconds(now)); }}, store(),
      quiet());
  static_cast<void>(sent.announced_for("key"));
  static_cast<void>(sent.announced_by_others(opencti::WorkId("work"), "other"));
  static_cast<void>(sent.has_room(1'000));
  static_cast<void>(sent.read("key"));
  for (const auto& due : sent.due(10)) {
    // As ImportWatch does, whose last check is some hours after the send.
    const auto age = system_clock::time_point(std::chrono::seconds(now)) - due.sent;
    static_cast<void>(age > std::chrono::hours(1));
    sent.postpone({{due.key, std::chrono::milliseconds(1'000)}});
  }
}

}  // namespace

void read_remembered_answer(std::string_view bytes) {
  Source source(bytes);
  NothingKnown behind;
  kaspersky::FileAnswers answers(
      store(), quiet(), [] { return system_clock::time_point(std::chrono::seconds(now)); });
  kaspersky::AnswerCache cache(
      {.lifetimes = {.default_lifetime = std::chrono::hours(24),
                     .not_found = std::chrono::hours(6)},
       .max_size = std::int64_t{16} * 1024 * 1024,
       .key = [](const kaspersky::Inquiry& inquiry) { return inquiry.value; }},
      behind, answers);
  static_cast<void>(store().run("DELETE FROM answers"));
  // Sizes that the program cannot have written would stay in the sum.
  static_cast<void>(store().run("UPDATE answers_size SET bytes = 0"));
  // In most cases an entry that is not too old.
  const auto stored = source.value();
  const auto* age = std::get_if<std::int64_t>(&stored);
  const bool near = age != nullptr && *age > -128 && *age < 128;
  const auto size = source.value();
  const auto text = source.rest();
  static_cast<void>(store().run("INSERT INTO answers VALUES ('a.example', ?, ?, ?)",
                                {near ? storage::Value(now + *age) : stored, size,
                                 text.empty() ? storage::Value() : storage::Value(text)}));
  const kaspersky::Inquiry inquiry{.kind = kaspersky::ObjectKind::domain, .value = "a.example"};
  const auto outcome =
      cache.look_up(inquiry, net::Deadline::after(std::chrono::milliseconds(1'000)));
  const auto* found = std::get_if<kaspersky::Found>(&outcome);
  require(found != nullptr || std::holds_alternative<kaspersky::NotFound>(outcome));
  require(found == nullptr || (found->text == text && behind.calls == 0));
  // If the cached answer could not be used, the new answer replaced it.
  const auto calls = behind.calls;
  const auto again = cache.look_up(inquiry, net::Deadline::after(std::chrono::milliseconds(1'000)));
  require(again.index() == outcome.index() && behind.calls == calls);
}

void read_other_rows(std::string_view bytes) {
  Source source(bytes);
  for (const auto* table : {"DELETE FROM requests", "DELETE FROM attempts", "DELETE FROM sent",
                            "DELETE FROM playbook_answers"}) {
    static_cast<void>(store().run(table));
  }
  static_cast<void>(store().run("INSERT INTO requests VALUES (?, ?, ?, ?)",
                                {now / 86'400, source.value(), source.value(), source.value()}));
  count_requests();
  static_cast<void>(
      store().run("INSERT INTO attempts VALUES ('key', ?, ?)", {source.value(), source.value()}));
  count_attempts();
  runtime::FilePlaybooks playbooks(store(), quiet());
  static_cast<void>(store().run("INSERT INTO playbook_answers VALUES ('step', ?, ?)",
                                {source.value(), source.value()}));
  static_cast<void>(playbooks.find("step"));
  static_cast<void>(playbooks.begin("step", "{}", 0));
  static_cast<void>(
      store().run("INSERT INTO sent VALUES ('key', 'work', ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                  {source.value(), source.value(), source.value(), source.value(), source.value(),
                   source.value(), source.value(), source.value(), source.value()}));
  read_sent_results();
}

}  // namespace fuzz
