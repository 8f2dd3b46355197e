// Keeps results that were sent for a work until their import is seen, so that they can be sent
// again.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <nlohmann/json.hpp>

#include "opencti/ids.hpp"
#include "storage/database.hpp"

namespace runtime {

/// A result that was sent with its work's id.
struct SentResult {
  /// Job::key of its message: two messages can have one work.
  std::string key;
  opencti::WorkId work_id;
  /// The number of objects that the connector announced on the work for it; 0 if the platform
  /// announces them.
  std::int64_t announced = 0;
  opencti::DraftId draft_id;
  std::string applicant_id;
  /// The object that was enriched.
  opencti::EntityId entity_id;
  /// Texts of STIX bundles.
  std::vector<std::string> bundles;
};

/// A result that is due for a check; without its bundles.
struct DueResult {
  std::string key;
  opencti::WorkId work_id;
  std::int64_t announced = 0;
  opencti::EntityId entity_id;
  std::chrono::system_clock::time_point sent;
  std::chrono::system_clock::time_point due;
  /// The number of checks so far.
  int checks = 0;
};

/// What to do with a result before it is sent.
struct SendDecision {
  /// Another delivery of its message has sent it: it must not be sent again.
  bool sent = false;
  /// The content that another delivery of its message began to send, and which must be sent
  /// instead. Empty: none.
  std::vector<std::string> bundles = {};
  /// Whether other deliveries of its message get the same decision. False while a shared store is
  /// unreachable.
  bool agreed = true;
  /// The present value of SentResults::announced_by_others().
  std::int64_t announced_by_others = 0;
};

struct SentResultsOptions {
  /// Maximum size and number of kept results. Further results are not kept.
  std::int64_t max_bytes = std::int64_t{64} * 1024 * 1024;
  std::int64_t max_results = 20'000;
  /// Minimum time from sending to the first check.
  std::chrono::milliseconds first_check{60'000};
  /// Pause after a failed write to the store.
  std::chrono::milliseconds write_again_after{60'000};
  /// While a shared store is unreachable, results wait for this time. After that they are sent
  /// without regard to other deliveries, until the store is reachable again.
  std::chrono::milliseconds wait_for_store{30'000};
  /// For a file; a server has its own clock.
  std::function<std::chrono::system_clock::time_point()> now = std::chrono::system_clock::now;
};

/// A result that cannot be kept must be sent without its work's id, and is then never dropped.
/// Implementations are thread-safe.
class SentResults {
 public:
  SentResults() = default;
  virtual ~SentResults() = default;
  SentResults(const SentResults&) = delete;
  SentResults& operator=(const SentResults&) = delete;

  /// Call it before a result is sent, announced or not. Two replicas can process two deliveries of
  /// one message at the same time (one was paused, and lost its connection to the broker): then
  /// both send the same content, or one of them sends nothing. A store of one process needs no such
  /// check.
  /// @returns an error if the shared store does not answer: call it again later
  [[nodiscard]] virtual storage::Result<SendDecision> begin(
      const std::string& key, const opencti::WorkId& work_id,
      const std::vector<std::string>& /*bundles*/) {
    return SendDecision{.announced_by_others = announced_by_others(work_id, key)};
  }

  /// A result that is not kept was sent, or sent again: no other delivery may send it.
  virtual void sent(const std::string& /*key*/) {}
  /// The output rejected the result for good: nothing is recorded for it any more.
  virtual void rejected(const std::string& /*key*/) {}

  /// Whether a result of this size can probably be kept, and may be sent with its work's id.
  [[nodiscard]] virtual bool has_room(std::size_t bytes) const = 0;

  /// Keeps a result that was sent. @returns whether it is kept; if not, it must be sent again
  /// without its work's id
  [[nodiscard]] virtual bool keep(const SentResult& result) = 0;

  /// The number announced for the result of this message, if it was sent. Nothing also if the store
  /// cannot be read.
  [[nodiscard]] virtual std::optional<std::int64_t> announced_for(const std::string& key) = 0;

  /// The number of objects that other messages announced on this work, as far as kept.
  [[nodiscard]] virtual std::int64_t announced_by_others(const opencti::WorkId& work_id,
                                                         const std::string& key) = 0;

  /// The due results, the longest due first; with a shared store, without results that another
  /// replica has taken within the last minute.
  [[nodiscard]] virtual std::vector<DueResult> due(std::size_t max_count) = 0;

  /// A result with its bundles; nothing if it does not exist, or cannot be read.
  [[nodiscard]] virtual std::optional<SentResult> read(const std::string& key) = 0;

  /// Forgets results: they are never due again, even if the store cannot be written.
  virtual void forget(const std::vector<std::string>& keys) = 0;
  /// Releases results that are not checked now: another replica may take them.
  virtual void leave(const std::vector<DueResult>& /*results*/) {}
  /// The results are due again after these pauses.
  virtual void postpone(
      const std::vector<std::pair<std::string, std::chrono::milliseconds>>& pauses) = 0;

  /// The number of kept results.
  [[nodiscard]] virtual std::int64_t size() const = 0;
  /// The number of results that this process has kept.
  [[nodiscard]] virtual std::uint64_t kept() const = 0;
  /// Why results cannot be kept; empty while they can.
  [[nodiscard]] virtual std::string problem() const = 0;
};

/// Upper bounds of announced objects and of bytes, so that sums cannot overflow.
constexpr std::int64_t max_announced = 1'000'000'000;
constexpr std::int64_t max_bytes_kept = std::int64_t{1} << 50U;
constexpr std::int64_t max_checks = 1'000'000;

/// Bundles as one text, one per line: their JSON has no line breaks.
[[nodiscard]] std::string text_of_bundles(const std::vector<std::string>& bundles);
[[nodiscard]] std::vector<std::string> bundles_in(const std::string& text);
/// The objects of all these bundles; none of a bundle that cannot be read.
[[nodiscard]] std::vector<nlohmann::json> objects_in(const std::vector<std::string>& bundles);

}  // namespace runtime
