// The ways out for results, as the settings want them.
#pragma once

#include <functional>
#include <memory>
#include <optional>

#include "net/amqp_publisher.hpp"
#include "opencti/graphql.hpp"
#include "opencti/out/copying_output.hpp"
#include "opencti/out/directory_store.hpp"
#include "opencti/out/draft_output.hpp"
#include "opencti/out/output.hpp"
#include "opencti/out/push_output.hpp"
#include "opencti/out/s3_store.hpp"
#include "opencti/out/validating_output.hpp"
#include "opencti/out/workbench_output.hpp"
#include "settings/settings.hpp"
#include "telemetry/log.hpp"

namespace app {

/// Whether something of the platform's S3 storage has to be asked for.
[[nodiscard]] bool needs_storage(const settings::Settings& settings);

/// Whether results for a draft can be sent: only a message on the workers' queue can name one.
[[nodiscard]] bool reaches_drafts(const settings::Sending& settings);

/// Members stand in the order of who uses whom; those that the settings do not want are not made.
class Sending final {
 public:
  /// @param graphql must outlive this object.
  /// @param http how servers are verified, for S3
  /// @param register_again called from any thread; asks for a registration
  /// @throws std::runtime_error when the folder for results cannot be written to
  Sending(const settings::Settings& settings, const opencti::Identity& identity,
          const opencti::GraphqlClient& graphql, net::HttpClientOptions http,
          const telemetry::Log& log, const opencti::SentMetrics& sent = {},
          std::function<void()> register_again = {});

  [[nodiscard]] opencti::Output& output() { return *out_; }
  /// The one that leads to the workers, without copies; nullptr where none does.
  [[nodiscard]] opencti::Output* to_workers() {
    if (queue_) return &*queue_;
    return push_ ? &*push_ : nullptr;
  }

  /// To be called after each registration.
  /// @param publisher where to publish
  void use(const opencti::Registration& registration, const net::AmqpConnectionOptions& publisher);

  /// Nothing where results do not go through the broker.
  [[nodiscard]] std::optional<net::AmqpState> publisher() const {
    return publisher_ ? std::optional(publisher_->state()) : std::nullopt;
  }

 private:
  std::optional<net::AmqpPublisher> publisher_;
  std::optional<opencti::QueueOutput> queue_;
  std::optional<opencti::PushOutput> push_;
  std::optional<opencti::DirectoryStore> directory_;
  std::optional<opencti::S3Store> s3_;
  std::optional<opencti::CopyingOutput> copying_;
  std::optional<opencti::WorkbenchOutput> workbench_;
  std::optional<opencti::DraftOutput> draft_;
  std::optional<opencti::ValidatingOutput> validating_;
  opencti::Output* out_ = nullptr;
};

}  // namespace app
