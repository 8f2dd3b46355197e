// The requests of the day in a file, for one process.
#pragma once

#include <cstdint>
#include <functional>
#include <mutex>
#include <optional>
#include <string>

#include "kaspersky/request_ledger.hpp"
#include "storage/database.hpp"
#include "storage/write_health.hpp"
#include "telemetry/log.hpp"

namespace kaspersky {

/// The file is written before count() returns, so that it never has fewer requests than were made.
/// If the file cannot be written, requests are counted in memory.
class FileLedger final : public RequestLedger {
 public:
  /// @param store must outlive this object
  FileLedger(storage::Database& store, telemetry::Log log);

  void begin(std::int64_t day) override;
  [[nodiscard]] bool count(std::int64_t day,
                           const std::function<bool(const Figures&)>& allowed) override;
  void learn(std::int64_t day, const LicenseInfo& license) override;
  void correct(std::int64_t day, const LicenseInfo& license) override;
  [[nodiscard]] Figures figures(std::int64_t day) const override;
  [[nodiscard]] std::string problem() const override { return write_health_.problem(); }

 private:
  void take_over(std::int64_t day, const LicenseInfo& license, std::int64_t least);
  void turn_to(std::int64_t day);
  void save();
  /// Updates the result of figures().
  void publish_figures();

  storage::Database& store_;
  storage::WriteHealth write_health_;
  std::mutex mutex_;
  std::optional<std::int64_t> day_;
  Figures figures_;
  /// Never held while the store is used: a disk that hangs does not block figures().
  mutable std::mutex published_mutex_;
  std::optional<std::int64_t> published_day_;
  Figures published_;
};

}  // namespace kaspersky
