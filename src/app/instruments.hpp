// The metrics of the connector: what counts them, and their text.
#pragma once

#include <chrono>
#include <cstdint>
#include <initializer_list>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

#include "app/lookup_chain.hpp"
#include "monitoring/snapshot.hpp"
#include "opencti/outbox.hpp"
#include "opencti/presence.hpp"
#include "runtime/observer.hpp"
#include "runtime/step_metrics.hpp"
#include "telemetry/metrics.hpp"

namespace app {

/// Counts what it is told, hands out handles to parts that count themselves, and takes the rest
/// from a Snapshot when the text is asked for. Must outlive whoever was given a handle.
///
/// The class is thread-safe.
class Instruments final : public runtime::Observer {
 public:
  /// @param name_space, subsystem go before each name; may be empty
  Instruments(std::string_view name_space, std::string_view subsystem);

  void ended(const runtime::Ended& ended) override;

  [[nodiscard]] runtime::StepMetrics steps() const;
  [[nodiscard]] LookupMetrics lookup() const;
  [[nodiscard]] opencti::SentMetrics sent() const;
  /// One without labels, by its name in the table.
  [[nodiscard]] telemetry::Counter counter(std::string_view name) const;

  /// In Prometheus' text format, as of now.
  /// @param cached size of all remembered answers, in bytes
  [[nodiscard]] std::string text(const monitoring::Snapshot& snapshot, std::int64_t cached);

 private:
  using Values = std::initializer_list<std::string_view>;

  [[nodiscard]] std::string full_name(std::string_view name) const;
  void set(std::string_view name, Values values, double value);
  /// Nothing: not known, and left out.
  void set(std::string_view name, Values values, std::optional<std::int64_t> value);
  void set_state(std::string_view name, Values states, std::string_view state);
  void update_links(const monitoring::Snapshot& snapshot);
  void update_quota(const monitoring::QuotaState& quota, std::chrono::system_clock::time_point now);
  void update_process(const monitoring::Snapshot& snapshot);

  std::string prefix_;
  telemetry::Metrics metrics_;
  // By name in the table.
  std::map<std::string_view, telemetry::Counters> counters_;
  std::map<std::string_view, telemetry::Gauges> gauges_;
  std::map<std::string_view, telemetry::Histograms> histograms_;
  /// Of those that are set from snapshots: one at a time.
  std::mutex mutex_;
};

}  // namespace app
