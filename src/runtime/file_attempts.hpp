// Attempts in a file, for one process.
#pragma once

#include <cstdint>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>

#include "runtime/attempts.hpp"
#include "storage/database.hpp"
#include "storage/write_health.hpp"
#include "telemetry/log.hpp"

namespace runtime {

/// Counts survive if the database is a file. Keeps the newest 10,000. A failure of the store is
/// logged, and nothing is counted.
class FileAttempts final : public Attempts {
 public:
  /// @param store must outlive this object
  FileAttempts(storage::Database& store, telemetry::Log log);

  [[nodiscard]] EarlierAttempts find(const std::string& key) override;
  void begun(const std::string& key, const EarlierAttempts& earlier,
             std::string_view crash_reason) override;
  void not_begun(const std::string& key, const EarlierAttempts& earlier) override;
  void failed(const std::string& key, const EarlierAttempts& earlier,
              const std::string& reason) override;
  void over(const std::string& key) override;

 private:
  void write(const std::string& key, std::int64_t count, const std::string& reason);
  void erase(const std::string& key);

  storage::Database& store_;
  storage::WriteHealth write_health_;
  std::mutex mutex_;
  /// Without attempts that this process has begun, because it is alive.
  std::unordered_map<std::string, EarlierAttempts> counted_;
};

}  // namespace runtime
