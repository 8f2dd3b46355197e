// Answered steps of playbooks in a file, for one process.
#pragma once

#include <cstddef>
#include <map>
#include <mutex>
#include <optional>
#include <set>
#include <string>

#include "runtime/playbook_ledger.hpp"
#include "storage/database.hpp"
#include "telemetry/log.hpp"

namespace runtime {

/// Keeps the newest 10,000 steps, and the content only until the step is answered. A failure of the
/// store is logged; what could not be stored is kept in memory, up to 10,000 steps and 8 MiB.
class FilePlaybooks final : public PlaybookLedger {
 public:
  /// @param store must outlive this object
  FilePlaybooks(storage::Database& store, telemetry::Log log)
      : store_(store), log_(std::move(log)) {}

  [[nodiscard]] storage::Result<std::optional<Entry>> find(const std::string& key) override;
  [[nodiscard]] storage::Result<Entry> begin(const std::string& key,
                                             const std::optional<std::string>& changed,
                                             std::size_t bundle) override;
  [[nodiscard]] storage::Result<void> rejected(const std::string& key) override;
  void answered(const std::string& key) override;

 private:
  void report(const storage::Error& error, const char* what);
  /// Keeps in memory what the store did not take.
  /// @returns the earlier entry of this step, if there is one
  Entry keep(const std::string& key, const Entry& entry);
  [[nodiscard]] std::optional<Entry> kept(const std::string& key);
  /// Drops the content of a step that is kept in memory. @returns whether it is
  [[nodiscard]] bool drop_content(const std::string& key, bool answered);
  [[nodiscard]] bool is_unrecorded(const std::string& key);

  storage::Database& store_;
  telemetry::Log log_;
  std::mutex mutex_;
  std::map<std::string, Entry> kept_;
  std::size_t kept_bytes_ = 0;
  /// Steps whose rejection could not be stored; maximum 10,000.
  std::set<std::string> rejected_;
};

}  // namespace runtime
