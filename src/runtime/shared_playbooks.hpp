// Answered steps of playbooks on a server that replicas share.
#pragma once

#include <optional>
#include <string>

#include "runtime/playbook_ledger.hpp"
#include "storage/replicas.hpp"
#include "storage/trouble.hpp"

namespace runtime {

/// Kept for a week; the content only until the step is answered. What this replica did is in its
/// own store as well, and counts while the server is away.
class SharedPlaybooks final : public PlaybookLedger {
 public:
  /// @param shared,own must outlive this object
  SharedPlaybooks(storage::Shared shared, PlaybookLedger& own, telemetry::Log log);

  [[nodiscard]] std::optional<Entry> find(const std::string& key) override;
  [[nodiscard]] Entry begin(const std::string& key, std::optional<std::string> changed) override;
  void refused(const std::string& key) override;
  void answered(const std::string& key) override;

 private:
  storage::Redis& redis_;
  PlaybookLedger& own_;
  storage::Trouble trouble_;
};

}  // namespace runtime
