// Answered steps of playbooks on a server that replicas share.
#pragma once

#include <map>
#include <mutex>
#include <optional>
#include <string>

#include "runtime/playbook_ledger.hpp"
#include "storage/replicas.hpp"
#include "storage/write_health.hpp"

namespace runtime {

/// Kept for a week; the content only until the step is answered.
class SharedPlaybooks final : public PlaybookLedger {
 public:
  /// @param shared must outlive this object
  SharedPlaybooks(storage::Shared shared, telemetry::Log log);

  [[nodiscard]] storage::Result<std::optional<Entry>> find(const std::string& key) override;
  [[nodiscard]] storage::Result<Entry> begin(const std::string& key,
                                             const std::optional<std::string>& changed,
                                             std::size_t bundle) override;
  [[nodiscard]] storage::Result<void> rejected(const std::string& key) override;
  void answered(const std::string& key) override;

 private:
  /// Whether a step that is not recorded yet was answered; nothing for other steps.
  [[nodiscard]] std::optional<bool> unrecorded(const std::string& key) const;
  [[nodiscard]] storage::Result<void> drop_content(const std::string& key, bool answered);

  storage::Redis& redis_;
  storage::WriteHealth write_health_;
  mutable std::mutex mutex_;
  /// Steps that were answered or rejected while the server was unreachable, and whether they were
  /// answered; maximum 10,000.
  std::map<std::string, bool> unrecorded_;
};

}  // namespace runtime
