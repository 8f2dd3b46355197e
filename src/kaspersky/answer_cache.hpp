// Caches Kaspersky's answers, so that no lookup is paid for twice.
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
  /// Maximum size of all answers together, in bytes. The oldest are removed first.
  std::int64_t max_size = std::int64_t{64} * 1024 * 1024;
  /// Returns the cache key of an inquiry. It must not depend on `purpose` and `fresh`.
  std::function<std::string(const Inquiry&)> key;
  source::AnswerMemory memory = source::AnswerMemory();
  /// Count the lookups that may be answered from the cache.
  telemetry::Counter hits = {};
  telemetry::Counter misses = {};
};

/// Caches answers and `not_found`, but no failures. Lifetimes count from the time of the answer, so
/// that changed lifetimes apply to cached answers too. An entry with a time in the future, after
/// the clock was set back, is removed.
///
/// If replicas share the store, only one sends a lookup, and the others wait for its answer, each
/// within its own deadline. If that replica dies or gets no answer, another one sends the lookup.
///
/// A failure of the store causes further lookups, but no answer is lost. The class is thread-safe.
class AnswerCache final : public Lookup {
 public:
  /// All references must outlive this object.
  AnswerCache(AnswerCacheOptions options, Lookup& next, AnswerStore& store);

  [[nodiscard]] Outcome look_up(const Inquiry& inquiry, const net::Deadline& deadline) override;

 private:
  /// The cached outcome, and its entry in the store.
  struct Recalled {
    std::optional<Outcome> known;
    std::optional<AnswerStore::Kept> kept;
  };
  [[nodiscard]] std::string key_of(const Inquiry& inquiry) const;
  [[nodiscard]] Recalled recall(const std::string& key, const net::Deadline& deadline);
  /// The cached outcome, or nothing once this replica holds the claim for the lookup.
  [[nodiscard]] std::optional<Outcome> recall_or_claim(const std::string& key, Purpose purpose,
                                                       const net::Deadline& deadline);
  [[nodiscard]] std::optional<Outcome> read(std::int64_t age,
                                            const std::optional<std::string>& text,
                                            source::AnswerMemory::Lease memory) const;
  /// @returns whether the outcome is `found` or `not_found`
  bool remember(const std::string& key, const Outcome& outcome);

  const AnswerCacheOptions options_;
  Lookup& next_;
  AnswerStore& store_;
};

}  // namespace kaspersky
