// Remembers what Kaspersky said, so that nothing is paid for twice.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>

#include "kaspersky/answer_store.hpp"
#include "kaspersky/lifetimes.hpp"
#include "kaspersky/lookup.hpp"
#include "source/answer_memory.hpp"
#include "telemetry/metrics.hpp"

namespace kaspersky {

struct AnswerCacheOptions {
  Lifetimes lifetimes;
  /// Of all answers together, in bytes. The oldest go first.
  std::int64_t max_size = std::int64_t{64} * 1024 * 1024;
  /// What makes two inquiries the same question; purpose and freshness do not.
  std::function<std::string(const Inquiry&)> key;
  source::AnswerMemory memory = source::AnswerMemory();
  /// Of lookups that a remembered answer would do for.
  telemetry::Counter hits = {};
  telemetry::Counter misses = {};
};

/// Keeps answers, and that there is none; never a failure. Lifetimes count from when an answer
/// came, so that changed ones apply to what is there already. What seems to come from the future,
/// because the clock was set back, is forgotten.
///
/// Of replicas that share the store one asks a question, and the others wait for its answer, each
/// no longer than its own deadline; where the one that asks dies or finds nothing, another asks.
///
/// A store that fails costs calls, never an answer. The class is thread-safe.
class AnswerCache final : public Lookup {
 public:
  /// All references must outlive this object.
  AnswerCache(AnswerCacheOptions options, Lookup& next, AnswerStore& store);

  [[nodiscard]] Outcome look_up(const Inquiry& inquiry, const net::Deadline& deadline) override;

 private:
  /// What there is, and what the store said of it.
  struct Recalled {
    std::optional<Outcome> known;
    std::optional<AnswerStore::Kept> kept;
  };
  [[nodiscard]] std::string key_of(const Inquiry& inquiry) const;
  [[nodiscard]] Recalled recall(const std::string& key, const net::Deadline& deadline);
  /// What is known, or nothing once it is ours to ask.
  [[nodiscard]] std::optional<Outcome> recall_or_claim(const std::string& key, Purpose purpose,
                                                       const net::Deadline& deadline);
  [[nodiscard]] std::optional<Outcome> read(std::int64_t age,
                                            const std::optional<std::string>& text,
                                            source::AnswerMemory::Lease memory) const;
  /// @returns whether it was an answer
  bool remember(const std::string& key, const Outcome& outcome);

  const AnswerCacheOptions options_;
  Lookup& next_;
  AnswerStore& store_;
};

}  // namespace kaspersky
