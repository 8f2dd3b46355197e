// The ways out for results, as the settings want them.
#pragma once

#include <functional>
#include <memory>
#include <optional>

#include "net/amqp_publisher.hpp"
#include "opencti/copying_outbox.hpp"
#include "opencti/directory_store.hpp"
#include "opencti/draft_outbox.hpp"
#include "opencti/graphql.hpp"
#include "opencti/outbox.hpp"
#include "opencti/push_outbox.hpp"
#include "opencti/s3_store.hpp"
#include "opencti/validating_outbox.hpp"
#include "opencti/workbench_outbox.hpp"
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

  [[nodiscard]] opencti::Outbox& outbox() { return *out_; }
  /// The one that leads to the workers, without copies; nullptr where none does.
  [[nodiscard]] opencti::Outbox* to_workers() {
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
  std::optional<opencti::QueueOutbox> queue_;
  std::optional<opencti::PushOutbox> push_;
  std::optional<opencti::DirectoryStore> directory_;
  std::optional<opencti::S3Store> s3_;
  std::optional<opencti::CopyingOutbox> copying_;
  std::optional<opencti::WorkbenchOutbox> workbench_;
  std::optional<opencti::DraftOutbox> draft_;
  std::optional<opencti::ValidatingOutbox> validating_;
  opencti::Outbox* out_ = nullptr;
};

}  // namespace app
