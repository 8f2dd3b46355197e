// Remembers what Kaspersky said, so that nothing is paid for twice.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "kaspersky/clock.hpp"
#include "kaspersky/lifetimes.hpp"
#include "kaspersky/lookup.hpp"
#include "net/json.hpp"
#include "source/answer_memory.hpp"
#include "storage/database.hpp"
#include "storage/trouble.hpp"
#include "telemetry/metrics.hpp"

namespace kaspersky {

struct AnswerCacheOptions {
  Lifetimes lifetimes;
  /// Of all answers together, in bytes. The oldest go first.
  std::int64_t max_size = std::int64_t{64} * 1024 * 1024;
  /// What makes two inquiries the same question; purpose and freshness do not.
  std::function<std::string(const Inquiry&)> key;
  source::AnswerMemory memory = source::AnswerMemory();
  WallClock now = [] { return std::chrono::system_clock::now(); };
  /// Of lookups that a remembered answer would do for.
  telemetry::Counter hits = {};
  telemetry::Counter misses = {};
};

/// Keeps answers, and that there is none; never a failure. Lifetimes count from when an answer
/// came, so that changed ones apply to what is there already. What seems to come from the future,
/// because the clock was set back, is forgotten.
///
/// A store that fails costs calls, never an answer. The class is thread-safe.
class AnswerCache final : public Lookup {
 public:
  /// All references must outlive this object.
  AnswerCache(AnswerCacheOptions options, Lookup& next, storage::Database& store,
              telemetry::Log log);

  [[nodiscard]] Outcome look_up(const Inquiry& inquiry, const net::Deadline& deadline) override;

  /// Of all that is remembered, in bytes. Does not wait for the store.
  [[nodiscard]] std::int64_t size() const { return size_; }
  /// Why the store cannot be written to, and what that means; empty while it can.
  [[nodiscard]] std::string store_problem() const { return trouble_.problem(); }

 private:
  [[nodiscard]] std::string key_of(const Inquiry& inquiry) const;
  [[nodiscard]] std::int64_t seconds_now() const;
  [[nodiscard]] std::optional<Outcome> recall(const std::string& key,
                                              const net::Deadline& deadline);
  [[nodiscard]] std::optional<Outcome> read(std::int64_t age, const storage::Value& value,
                                            source::AnswerMemory::Lease memory) const;
  void remember(const std::string& key, const Outcome& outcome);
  void put(const storage::Database::Run& run, const std::string& key,
           const storage::Value& text) const;
  void look_at_size();

  const AnswerCacheOptions options_;
  Lookup& next_;
  storage::Database& store_;
  storage::Trouble trouble_;
  std::atomic<std::int64_t> size_ = 0;
};

}  // namespace kaspersky
