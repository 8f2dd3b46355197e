// Counts the metrics of the connector, and makes their text.
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

/// Counts observed events, provides handles to parts that count themselves, and reads the rest from
/// a Snapshot when the text is requested. Must outlive all users of handles.
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
  /// The metrics for a source, with the table in which it registers its own metrics.
  [[nodiscard]] source::Metrics for_source();
  [[nodiscard]] opencti::SentMetrics sent() const;
  /// For parts that use single metrics.
  [[nodiscard]] const ConnectorMetrics& of_connector() const { return connector_; }

  /// In Prometheus' text format, as of now.
  /// @param source that uses for_source()
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
  /// Guards metrics that are set from snapshots.
  std::mutex mutex_;
};

}  // namespace app
