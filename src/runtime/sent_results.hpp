// What was sent for a work and has not been seen imported yet, kept so that it can be sent again.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "storage/database.hpp"
#include "storage/trouble.hpp"

namespace runtime {

/// A result that was sent under its work's id.
struct SentResult {
  /// Job::key of its message: two messages can have one work.
  std::string key;
  std::string work_id;
  /// How many objects we announced on the work for it; 0 where the platform counts by itself.
  std::int64_t announced = 0;
  std::string draft_id;
  std::string applicant_id;
  /// The object that was enriched.
  std::string entity_id;
  /// Texts of STIX bundles.
  std::vector<std::string> bundles;
};

/// One that is to be looked at; without its bundles.
struct DueResult {
  std::string key;
  std::string work_id;
  std::int64_t announced = 0;
  std::string entity_id;
  std::chrono::system_clock::time_point sent;
  std::chrono::system_clock::time_point due;
  /// How often it was looked at.
  int looks = 0;
};

struct SentResultsOptions {
  /// Together, of what is kept; and how many. What does not fit is not taken.
  std::int64_t most_bytes = std::int64_t{64} * 1024 * 1024;
  std::int64_t most_results = 20'000;
  /// After it was sent a result is looked at no sooner than this.
  std::chrono::milliseconds first_look{60'000};
  /// After the store refused to be written to, it is tried no sooner than this.
  std::chrono::milliseconds write_again_after{60'000};
  std::function<std::chrono::system_clock::time_point()> now = std::chrono::system_clock::now;
};

/// A table in a storage::Database: it outlives the process if that is a file. Whatever cannot be
/// kept must be sent without its work's id, and is then never lost. The class is thread-safe.
class SentResults final {
 public:
  /// @param store must outlive this object
  SentResults(SentResultsOptions options, storage::Database& store, const telemetry::Log& log);

  /// Whether a result of this size may be sent under its work's id, as far as can be told before.
  [[nodiscard]] bool has_room(std::size_t bytes) const;

  /// Takes note of a result that has been sent. @returns whether it is kept; if not, it must be
  /// sent once more, without its work's id.
  [[nodiscard]] bool keep(const SentResult& result);

  /// What was announced for the result of this message, if that was sent. Nothing also where the
  /// store cannot be read.
  [[nodiscard]] std::optional<std::int64_t> announced_for(const std::string& key);

  /// How many objects other messages announced on this work, as far as is kept.
  [[nodiscard]] std::int64_t announced_by_others(const std::string& work_id,
                                                 const std::string& key);

  /// Those whose time has come, the longest due first.
  [[nodiscard]] std::vector<DueResult> due(std::size_t most);

  /// With its bundles; nothing when it is not there, or cannot be read.
  [[nodiscard]] std::optional<SentResult> read(const std::string& key);

  /// They are done with, and never due again, whether or not the store can be written to.
  void forget(const std::vector<std::string>& keys);
  /// They are looked at again after this.
  void postpone(const std::vector<std::pair<std::string, std::chrono::milliseconds>>& pauses);

  /// How many are kept.
  [[nodiscard]] std::int64_t size() const;
  /// How many were kept since the start.
  [[nodiscard]] std::uint64_t kept() const;
  /// Why none can be kept; empty while they can.
  [[nodiscard]] std::string problem() const { return trouble_.problem(); }

 private:
  [[nodiscard]] std::int64_t now() const;
  void count_again();
  [[nodiscard]] bool erase(const std::vector<std::string>& keys);

  const SentResultsOptions options_;
  storage::Database& store_;
  storage::Trouble trouble_;
  mutable std::mutex mutex_;
  std::int64_t results_ = 0;
  std::int64_t bytes_ = 0;
  std::uint64_t kept_ = 0;
  /// Done with, but the store could not be written to.
  std::set<std::string> done_;
  /// The store refused the last write; no result is taken before.
  std::chrono::steady_clock::time_point refused_until_;
};

}  // namespace runtime
