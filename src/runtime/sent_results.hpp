// What was sent for a work and has not been seen imported yet, kept so that it can be sent again.
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

/// A result that was sent under its work's id.
struct SentResult {
  /// Job::key of its message: two messages can have one work.
  std::string key;
  opencti::WorkId work_id;
  /// How many objects we announced on the work for it; 0 where the platform counts by itself.
  std::int64_t announced = 0;
  opencti::DraftId draft_id;
  std::string applicant_id;
  /// The object that was enriched.
  opencti::EntityId entity_id;
  /// Texts of STIX bundles.
  std::vector<std::string> bundles;
};

/// One that is to be looked at; without its bundles.
struct DueResult {
  std::string key;
  opencti::WorkId work_id;
  std::int64_t announced = 0;
  opencti::EntityId entity_id;
  std::chrono::system_clock::time_point sent;
  std::chrono::system_clock::time_point due;
  /// How often it was looked at.
  int looks = 0;
};

/// What is to be done about a result before it is sent.
struct Begun {
  /// Another delivery of its message has sent it: it is not sent again.
  bool sent = false;
  /// What another delivery of its message began to send: this is sent in its place. Empty: nothing
  /// was.
  std::vector<std::string> bundles = {};
};

struct SentResultsOptions {
  /// Together, of what is kept; and how many. What does not fit is not taken.
  std::int64_t most_bytes = std::int64_t{64} * 1024 * 1024;
  std::int64_t most_results = 20'000;
  /// After it was sent a result is looked at no sooner than this.
  std::chrono::milliseconds first_look{60'000};
  /// After the store refused to be written to, it is tried no sooner than this.
  std::chrono::milliseconds write_again_after{60'000};
  /// While a store that replicas share is away, no result is sent for so long. After that, results
  /// are sent without knowing of other deliveries, until the store is back.
  std::chrono::milliseconds wait_for_store{30'000};
  /// Of a file; a server has its own clock.
  std::function<std::chrono::system_clock::time_point()> now = std::chrono::system_clock::now;
};

/// Whatever cannot be kept must be sent without its work's id, and is then never lost.
/// Implementations are thread-safe.
class SentResults {
 public:
  SentResults() = default;
  virtual ~SentResults() = default;
  SentResults(const SentResults&) = delete;
  SentResults& operator=(const SentResults&) = delete;

  /// To be called before a result is sent, announced or not. Two deliveries of one message can be
  /// under way in two replicas at once (one was paused, and lost its connection to the broker):
  /// both then send one content, or one of them sends nothing. Where the store is of one process
  /// there is nothing to look at.
  /// @returns an error where a store that replicas share cannot tell: to be called again later
  [[nodiscard]] virtual storage::Result<Begun> begin(const std::string& /*key*/,
                                                     const std::vector<std::string>& /*bundles*/) {
    return Begun{};
  }

  /// A result that is not kept was sent, or sent once more: no other delivery is to send it.
  virtual void sent(const std::string& /*key*/) {}

  /// Whether a result of this size may be sent under its work's id, as far as can be told before.
  [[nodiscard]] virtual bool has_room(std::size_t bytes) const = 0;

  /// Takes note of a result that has been sent. @returns whether it is kept; if not, it must be
  /// sent once more, without its work's id.
  [[nodiscard]] virtual bool keep(const SentResult& result) = 0;

  /// What was announced for the result of this message, if that was sent. Nothing also where the
  /// store cannot be read.
  [[nodiscard]] virtual std::optional<std::int64_t> announced_for(const std::string& key) = 0;

  /// How many objects other messages announced on this work, as far as is kept.
  [[nodiscard]] virtual std::int64_t announced_by_others(const opencti::WorkId& work_id,
                                                         const std::string& key) = 0;

  /// Those whose time has come, the longest due first; with a store that replicas share, those that
  /// no other has looked at within a minute.
  [[nodiscard]] virtual std::vector<DueResult> due(std::size_t most) = 0;

  /// With its bundles; nothing when it is not there, or cannot be read.
  [[nodiscard]] virtual std::optional<SentResult> read(const std::string& key) = 0;

  /// They are done with, and never due again, whether or not the store can be written to.
  virtual void forget(const std::vector<std::string>& keys) = 0;
  /// They are not looked at now: another replica may.
  virtual void leave(const std::vector<DueResult>& /*results*/) {}
  /// They are looked at again after this.
  virtual void postpone(
      const std::vector<std::pair<std::string, std::chrono::milliseconds>>& pauses) = 0;

  /// How many are kept.
  [[nodiscard]] virtual std::int64_t size() const = 0;
  /// How many were kept by this process.
  [[nodiscard]] virtual std::uint64_t kept() const = 0;
  /// Why none can be kept; empty while they can.
  [[nodiscard]] virtual std::string problem() const = 0;
};

/// Of objects on a work, and of bytes: nobody has more, and sums stay far from what a number holds.
constexpr std::int64_t most_announced = 1'000'000'000;
constexpr std::int64_t most_bytes_kept = std::int64_t{1} << 50U;
constexpr std::int64_t most_looks = 1'000'000;

/// As one text: JSON holds no line break, so lines keep bundles apart.
[[nodiscard]] std::string text_of_bundles(const std::vector<std::string>& bundles);
[[nodiscard]] std::vector<std::string> bundles_in(const std::string& text);
/// The objects of all these bundles.
[[nodiscard]] std::vector<nlohmann::json> objects_in(const std::vector<std::string>& bundles);

}  // namespace runtime
