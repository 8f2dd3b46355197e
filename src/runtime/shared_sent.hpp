// Results whose import was not seen yet, on a server that replicas share.
#pragma once

#include <atomic>
#include <cstdint>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "runtime/sent_results.hpp"
#include "storage/replicas.hpp"
#include "storage/write_health.hpp"

namespace runtime {

/// A due result is leased to one replica for a minute. While the server is unreachable, results
/// wait for half a minute; after that nothing is kept, so results are sent without their work's id.
/// Times are the server's.
class SharedSent final : public SentResults {
 public:
  /// @param shared must outlive this object
  SharedSent(SentResultsOptions options, storage::Shared shared, const telemetry::Log& log);

  [[nodiscard]] storage::Result<SendDecision> begin(
      const std::string& key, const opencti::WorkId& work_id,
      const std::vector<std::string>& bundles) override;
  void sent(const std::string& key) override;
  void rejected(const std::string& key) override;
  [[nodiscard]] bool has_room(std::size_t bytes) const override;
  [[nodiscard]] bool keep(const SentResult& result) override;
  [[nodiscard]] std::optional<std::int64_t> announced_for(const std::string& key) override;
  [[nodiscard]] std::int64_t announced_by_others(const opencti::WorkId& work_id,
                                                 const std::string& key) override;
  [[nodiscard]] std::vector<DueResult> due(std::size_t max_count) override;
  [[nodiscard]] std::optional<SentResult> read(const std::string& key) override;
  void forget(const std::vector<std::string>& keys) override;
  void leave(const std::vector<DueResult>& results) override;
  void postpone(
      const std::vector<std::pair<std::string, std::chrono::milliseconds>>& pauses) override;
  [[nodiscard]] std::int64_t size() const override { return results_; }
  [[nodiscard]] std::uint64_t kept() const override { return kept_; }
  [[nodiscard]] std::string problem() const override { return write_health_.problem(); }

 private:
  /// {how many are kept, their bytes, …}
  void take_over(const storage::Reply& reply);

  const SentResultsOptions options_;
  storage::Redis& redis_;
  storage::WriteHealth write_health_;
  std::atomic<std::int64_t> results_ = 0;
  std::atomic<std::int64_t> bytes_ = 0;
  std::atomic<std::uint64_t> kept_ = 0;
  mutable std::mutex mutex_;
  /// Keys to forget on the server, which was unreachable.
  std::set<std::string> done_;
  /// The last write failed: no result is kept before this time.
  std::chrono::steady_clock::time_point next_attempt_;
  /// Since when begin() has been failing.
  std::optional<std::chrono::steady_clock::time_point> away_since_;
  std::chrono::steady_clock::time_point failed_at_;
};

}  // namespace runtime
