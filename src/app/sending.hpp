// The factory of outputs: makes and combines the outputs that the settings enable.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "net/amqp/publisher.hpp"
#include "net/http/client.hpp"
#include "opencti/client/graphql.hpp"
#include "opencti/out/output.hpp"
#include "opencti/out/worker_bundles.hpp"
#include "settings/settings.hpp"
#include "telemetry/log.hpp"

namespace app {

/// Whether the settings lack data of the platform's S3 storage.
[[nodiscard]] bool needs_storage(const settings::Settings& settings);

/// Whether results for a draft can be sent: only a message on the workers' queue can name one.
[[nodiscard]] bool reaches_drafts(const settings::Sending& settings);

/// Outputs that the settings do not want are not made.
class Sending final {
 public:
  /// @param graphql must outlive this object.
  /// @param http how servers are verified, for S3
  /// @param register_again called from any thread; requests a registration
  /// @throws std::runtime_error if the folder for results cannot be written
  Sending(const settings::Settings& settings, const opencti::Identity& identity,
          const opencti::GraphqlClient& graphql, net::HttpClientOptions http,
          const telemetry::Log& log, const opencti::SentMetrics& sent = {},
          std::function<void()> register_again = {});

  [[nodiscard]] opencti::Output& output() { return *out_; }
  /// The output to the workers, without copies; nullptr if there is none.
  [[nodiscard]] opencti::Output* to_workers() { return to_workers_; }

  /// Must be called after each registration.
  /// @param publisher where to publish
  void use(const opencti::Registration& registration, const net::AmqpConnectionOptions& publisher);

  /// Nothing if results do not go through the broker.
  [[nodiscard]] std::optional<net::AmqpState> publisher() const {
    return publisher_ ? std::optional(publisher_->state()) : std::nullopt;
  }

 private:
  template <class T, class... Args>
  opencti::Output* add(Args&&... args) {
    return outputs_.emplace_back(std::make_unique<T>(std::forward<Args>(args)...)).get();
  }

  std::optional<net::AmqpPublisher> publisher_;
  std::vector<std::unique_ptr<opencti::Output>> outputs_;
  opencti::Output* to_workers_ = nullptr;
  opencti::Output* out_ = nullptr;
};

}  // namespace app
