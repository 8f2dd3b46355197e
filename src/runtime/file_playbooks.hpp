// Answered steps of playbooks in a file, for one process.
#pragma once

#include <optional>
#include <string>

#include "runtime/playbook_ledger.hpp"
#include "storage/database.hpp"
#include "telemetry/log.hpp"

namespace runtime {

/// Keeps the newest 10,000 steps, and the content only until the step is answered. A failure of the
/// store is logged, and nothing is stored.
class FilePlaybooks final : public PlaybookLedger {
 public:
  /// @param store must outlive this object
  FilePlaybooks(storage::Database& store, telemetry::Log log)
      : store_(store), log_(std::move(log)) {}

  [[nodiscard]] storage::Result<std::optional<Entry>> find(const std::string& key) override;
  [[nodiscard]] storage::Result<Entry> begin(const std::string& key,
                                             const std::optional<std::string>& changed) override;
  void refused(const std::string& key) override;
  void answered(const std::string& key) override;

 private:
  void report(const storage::Error& error, const char* what);

  storage::Database& store_;
  telemetry::Log log_;
};

}  // namespace runtime
