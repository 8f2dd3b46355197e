// Answered steps of playbooks on a server that replicas share.
#pragma once

#include <mutex>
#include <optional>
#include <set>
#include <string>

#include "runtime/playbook_ledger.hpp"
#include "storage/replicas.hpp"
#include "storage/trouble.hpp"

namespace runtime {

/// Kept for a week; the content only until the step is answered.
class SharedPlaybooks final : public PlaybookLedger {
 public:
  /// @param shared must outlive this object
  SharedPlaybooks(storage::Shared shared, telemetry::Log log);

  [[nodiscard]] storage::Result<std::optional<Entry>> find(const std::string& key) override;
  [[nodiscard]] storage::Result<Entry> begin(const std::string& key,
                                             const std::optional<std::string>& changed) override;
  void refused(const std::string& key) override;
  void answered(const std::string& key) override;

 private:
  [[nodiscard]] bool drop_content(const std::string& key, bool answered);

  storage::Redis& redis_;
  storage::Trouble trouble_;
  std::mutex mutex_;
  /// Steps that were answered while the server was unreachable; maximum 10,000.
  std::set<std::string> answered_alone_;
};

}  // namespace runtime
