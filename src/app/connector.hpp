// All parts of the running connector, wired together.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <string_view>

#include "app/instruments.hpp"
#include "app/listener.hpp"
#include "app/memory_trimmer.hpp"
#include "app/metrics_endpoint.hpp"
#include "app/monitor.hpp"
#include "app/sending.hpp"
#include "app/stores.hpp"
#include "monitoring/journal.hpp"
#include "monitoring/snapshot.hpp"
#include "net/amqp/consumer.hpp"
#include "net/memory_budget.hpp"
#include "opencti/client/platform.hpp"
#include "opencti/client/presence.hpp"
#include "runtime/import_watch.hpp"
#include "runtime/pipeline.hpp"
#include "runtime/result_memory.hpp"
#include "settings/settings.hpp"
#include "source/product.hpp"
#include "telemetry/log.hpp"

namespace app {

/// Passes settlements on to the consumer, which exists only once the connector is registered.
/// The class is thread-safe.
class ConsumerSettler final : public runtime::Settler {
 public:
  /// @param consumer nullptr, or outlives its use here.
  void use(net::AmqpConsumer* consumer) { consumer_.store(consumer); }

  void acknowledge(net::DeliveryTag tag) override;
  void reject(net::DeliveryTag tag) override;
  void give_back(net::DeliveryTag tag) override;
  void hold_back(std::chrono::system_clock::time_point until) override;
  void defer(net::DeliveryTag tag) override;
  void postpone(net::DeliveryTag tag) override;
  [[nodiscard]] net::DeliveryState delivery_state(net::DeliveryTag tag) const override;

 private:
  std::atomic<net::AmqpConsumer*> consumer_ = nullptr;
};

/// Runs from construction on: registers, listens, enriches. Each member may use the members above
/// it.
class Connector final {
 public:
  /// @throws std::runtime_error if a file that the settings name cannot be used, or a port is in
  /// use
  /// @param product must outlive this object
  /// @param journal records events, and is shown; must outlive this object
  /// @param log_lines_dropped returns the number of dropped log lines; may be empty
  Connector(const source::Product& product, const settings::Settings& settings,
            monitoring::Journal& journal, telemetry::Log log,
            std::function<std::uint64_t()> log_lines_dropped = {});
  /// Stops without grace if stop() was not called.
  ~Connector();
  Connector(const Connector&) = delete;
  Connector& operator=(const Connector&) = delete;

  enum class Stopped {
    /// Everything that was begun is finished, and acknowledged.
    finished,
    /// Unfinished messages will be delivered again, or are in the store.
    rest_given_back,
    /// Accepted messages that were only in memory, or unfinished messages whose queue was deleted,
    /// are lost.
    some_lost,
  };
  /// Takes no further messages, finishes what has been begun, and gives the rest back. A second
  /// call does nothing.
  Stopped stop(std::chrono::milliseconds grace);

  // Must be called before stop() returns; from any thread.
  [[nodiscard]] monitoring::Snapshot snapshot();
  /// In Prometheus' text format.
  [[nodiscard]] std::string metrics();

 private:
  /// Opens the ports that the settings enable.
  void open_ports(const monitoring::Journal& journal);
  /// Begins to register.
  void start_presence();
  /// Requests a registration on another thread: queues or credentials from the platform have
  /// changed.
  void register_again();
  void stop_watching();
  void on_registered(const opencti::Registration& registration);
  /// Orders results across replicas, if the platform's version requires it.
  void order_with_others(std::string_view platform_version);
  void on_user(const opencti::TokenUser& user, const net::Deadline& deadline);
  void consume(const opencti::Registration& registration);
  [[nodiscard]] runtime::Settler& settler();
  [[nodiscard]] runtime::Patience patience();
  /// If messages are consumed: warns of messages that were posted earlier, and are not processed
  /// now.
  void warn_of_accepted();
  [[nodiscard]] monitoring::Link store_link(const std::string& problem) const;
  [[nodiscard]] net::AmqpConnectionOptions connection(const opencti::Registration& registration,
                                                      const char* purpose) const;

  const source::Product& product_;
  settings::Settings settings_;
  telemetry::Log log_;
  std::function<std::uint64_t()> log_lines_dropped_;
  Instruments instruments_;
  MemoryTrimmer trimmer_;
  /// Budgets for messages, for answers of the source, for results, and for answers of the platform.
  net::MemoryBudget messages_;
  net::MemoryBudget answers_;
  runtime::ResultMemory results_;
  net::MemoryBudget platform_answers_;
  opencti::GraphqlClient graphql_;
  opencti::GraphqlPlatform platform_;
  Stores stores_;
  std::unique_ptr<source::Source> source_;
  /// The members below may request a registration from any thread at any time. Its own thread,
  /// which uses the members below, runs from start_presence() to stop().
  opencti::Presence presence_;
  Sending sending_;
  ConsumerSettler settler_;
  const std::shared_ptr<runtime::DeniedWaits> denied_ = std::make_shared<runtime::DeniedWaits>();
  /// Used instead of a consumer if messages are posted.
  std::unique_ptr<Listener> listener_;
  runtime::SentResults& sent_;
  /// Nothing if no result goes to the workers.
  std::optional<runtime::ImportWatch> watch_;
  runtime::Enricher enricher_;
  runtime::HandOver hand_over_;
  runtime::PlaybookAnswer playbooks_;
  runtime::Pipeline pipeline_;
  /// Missing rights that were reported; used by the thread that registers.
  std::set<std::string_view> rights_said_;
  std::mutex consumer_mutex_;
  bool stopping_ = false;
  std::unique_ptr<net::AmqpConsumer> consumer_;
  const std::chrono::system_clock::time_point started_ = std::chrono::system_clock::now();
  // Set if their ports are enabled. Last: they use all members above.
  std::optional<MetricsEndpoint> metrics_endpoint_;
  std::optional<Monitor> monitor_;
};

}  // namespace app
