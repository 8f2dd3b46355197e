// Results whose import was not seen yet, in a file, for one process.
#pragma once

#include <chrono>
#include <cstdint>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "runtime/sent_results.hpp"
#include "storage/database.hpp"
#include "storage/write_health.hpp"

namespace runtime {

/// Results survive the process if the database is a file.
class FileSent final : public SentResults {
 public:
  /// @param store must outlive this object
  FileSent(SentResultsOptions options, storage::Database& store, const telemetry::Log& log);

  [[nodiscard]] bool has_room(std::size_t bytes) const override;
  [[nodiscard]] bool keep(const SentResult& result) override;
  [[nodiscard]] std::optional<std::int64_t> announced_for(const std::string& key) override;
  [[nodiscard]] std::int64_t announced_by_others(const opencti::WorkId& work_id,
                                                 const std::string& key) override;
  [[nodiscard]] std::vector<DueResult> due(std::size_t max_count) override;
  [[nodiscard]] std::optional<SentResult> read(const std::string& key) override;
  void forget(const std::vector<std::string>& keys) override;
  void postpone(
      const std::vector<std::pair<std::string, std::chrono::milliseconds>>& pauses) override;
  [[nodiscard]] std::int64_t size() const override;
  [[nodiscard]] std::uint64_t kept() const override;
  [[nodiscard]] std::string problem() const override { return write_health_.problem(); }

 private:
  [[nodiscard]] std::int64_t now() const;
  void count_again();
  [[nodiscard]] bool erase(const std::vector<std::string>& keys);

  const SentResultsOptions options_;
  storage::Database& store_;
  storage::WriteHealth write_health_;
  mutable std::mutex mutex_;
  std::int64_t results_ = 0;
  std::int64_t bytes_ = 0;
  std::uint64_t kept_ = 0;
  /// Keys to forget, which could not be written to the store.
  std::set<std::string> done_;
  /// The last write failed: no result is kept before this time.
  std::chrono::steady_clock::time_point next_attempt_;
};

}  // namespace runtime
