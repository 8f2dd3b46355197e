// The metrics of the connector: what counts them, and their text.
#pragma once

#include <mutex>
#include <string>
#include <string_view>

#include "app/instrument_table.hpp"
#include "monitoring/snapshot.hpp"
#include "opencti/client/presence.hpp"
#include "opencti/out/worker_bundles.hpp"
#include "runtime/observer.hpp"
#include "runtime/step_metrics.hpp"
#include "source/metrics.hpp"
#include "source/product.hpp"
#include "telemetry/metrics.hpp"

namespace app {

/// Counts what it is told, hands out handles to parts that count themselves, and takes the rest
/// from a Snapshot when the text is asked for. Must outlive whoever was given a handle.
///
/// The class is thread-safe.
class Instruments final : public runtime::Observer {
 public:
  /// @param name_space, subsystem go before each name; may be empty
  /// @param product must outlive this object
  Instruments(std::string_view name_space, std::string_view subsystem,
              const source::Product& product);

  void ended(const runtime::Ended& ended) override;

  [[nodiscard]] runtime::StepMetrics steps() const;
  /// With the table, in which a source registers what it counts of its own.
  [[nodiscard]] source::Metrics for_source();
  [[nodiscard]] opencti::SentMetrics sent() const;
  /// For parts that count one thing.
  [[nodiscard]] const ConnectorMetrics& of_connector() const { return connector_; }

  /// In Prometheus' text format, as of now.
  /// @param source whose metrics for_source() registers
  [[nodiscard]] std::string text(const monitoring::Snapshot& snapshot, source::Source& source);

 private:
  void update_connector(const monitoring::Snapshot& snapshot);
  void update_links(const monitoring::Snapshot& snapshot);
  void update_process(const monitoring::Snapshot& snapshot);

  const source::Product& product_;
  telemetry::MetricTable table_;
  ConnectorMetrics connector_;
  LookupMetrics lookups_;
  ProcessMetrics process_;
  /// Of those that are set from snapshots: one at a time.
  std::mutex mutex_;
};

}  // namespace app
