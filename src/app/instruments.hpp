// The metrics of the connector: what counts them, and their text.
#pragma once

#include <chrono>
#include <cstdint>
#include <mutex>
#include <span>
#include <string>
#include <string_view>

#include "app/instrument_table.hpp"
#include "monitoring/snapshot.hpp"
#include "opencti/client/presence.hpp"
#include "opencti/out/worker_bundles.hpp"
#include "runtime/observer.hpp"
#include "runtime/step_metrics.hpp"
#include "telemetry/metrics.hpp"
#include "tip/lookup_chain.hpp"
#include "tip/tip_source.hpp"

namespace app {

/// Counts what it is told, hands out handles to parts that count themselves, and takes the rest
/// from a Snapshot when the text is asked for. Must outlive whoever was given a handle.
///
/// The class is thread-safe.
class Instruments final : public runtime::Observer {
 public:
  /// @param name_space, subsystem go before each name; may be empty
  /// @param version of the program
  Instruments(std::string_view name_space, std::string_view subsystem,
              std::string_view version = {});

  void ended(const runtime::Ended& ended) override;

  [[nodiscard]] runtime::StepMetrics steps() const;
  /// Puts in the handles of what counts lookups.
  void give_to(tip::LookupChainOptions& options) const;
  void give_to(tip::TipSourceOptions& options) const;
  [[nodiscard]] opencti::SentMetrics sent() const;
  /// For parts that count one thing.
  [[nodiscard]] const ConnectorMetrics& of_connector() const { return connector_; }
  /// All, in the order of the documentation.
  [[nodiscard]] std::span<const telemetry::MetricRow> rows() const { return table_.rows(); }

  /// In Prometheus' text format, as of now.
  /// @param cached size of all remembered answers, in bytes
  [[nodiscard]] std::string text(const monitoring::Snapshot& snapshot, std::int64_t cached);

 private:
  void update_connector(const monitoring::Snapshot& snapshot);
  void update_links(const monitoring::Snapshot& snapshot);
  void update_quota(const source::Quota& quota, std::chrono::system_clock::time_point now);
  void update_process(const monitoring::Snapshot& snapshot);

  std::string version_;
  telemetry::MetricTable table_;
  ConnectorMetrics connector_;
  KasperskyMetrics kaspersky_;
  ProcessMetrics process_;
  /// Of those that are set from snapshots: one at a time.
  std::mutex mutex_;
};

}  // namespace app
