// The requests of the day on a server that replicas share.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "kaspersky/request_ledger.hpp"
#include "storage/replicas.hpp"
#include "storage/trouble.hpp"

namespace kaspersky {

/// A request is counted on the server before it is made, where no other replica has counted since
/// the figures were read; otherwise it is decided again by the new ones.
///
/// While the server is away each request of this replica counts as often as there were replicas
/// last, as if the others made as many: so each spends a share of what was left, and all together
/// no more. Once the server is back it is told what was really made; so is one that has forgotten
/// it.
class SharedLedger final : public RequestLedger {
 public:
  /// @param shared must outlive this object
  SharedLedger(storage::Shared shared, telemetry::Log log);
  ~SharedLedger() override;

  void begin(std::int64_t day) override;
  [[nodiscard]] bool count(std::int64_t day,
                           const std::function<bool(const Figures&)>& allowed) override;
  void learn(std::int64_t day, const LicenseInfo& license) override;
  void correct(std::int64_t day, const LicenseInfo& license) override;
  [[nodiscard]] Figures figures(std::int64_t day) const override;
  [[nodiscard]] std::string problem() const override { return trouble_.problem(); }

 private:
  /// Tells the server what it does not know, and takes over what it knows.
  bool meet(std::int64_t day);
  /// The same, always.
  /// @param decided_by the figures by which one more is counted, if they still are those; or empty
  storage::Result<storage::Reply> ask(const std::vector<std::string>& decided_by);
  void take_over(std::int64_t day, const LicenseInfo& license, bool may_fall);
  void settle(const storage::Result<storage::Reply>& reply);
  /// What is known, with what was made without the server.
  [[nodiscard]] Figures assumed() const;
  void tell();
  /// What others have counted meanwhile.
  void look();

  storage::Redis& redis_;
  storage::Replicas& replicas_;
  storage::Trouble trouble_;
  std::mutex mutex_;
  std::optional<std::int64_t> day_;
  /// What the server said last.
  Figures figures_;
  /// How many requests this replica has made, by day: a clock can be set back.
  std::map<std::int64_t, std::int64_t> made_;
  /// What the server knows of those of `day_`.
  std::int64_t known_ = 0;
  /// Never held while the server is asked.
  mutable std::mutex told_mutex_;
  std::optional<std::int64_t> told_day_;
  Figures told_;
};

}  // namespace kaspersky
