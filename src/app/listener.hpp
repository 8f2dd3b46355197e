// Receives messages over HTTP instead of consuming them from the queue.
#pragma once

#include <functional>
#include <mutex>
#include <optional>

#include "net/http/server.hpp"
#include "opencti/client/registration.hpp"
#include "opencti/in/callback.hpp"
#include "runtime/inbox.hpp"
#include "runtime/pipeline.hpp"
#include "settings/settings.hpp"
#include "storage/database.hpp"
#include "telemetry/log.hpp"

namespace app {

/// Posted messages go into the inbox, and from there into the pipeline, maximum `under_way` at one
/// time. Each member may use the members above it.
class Listener final {
 public:
  /// @param memory for messages that are processed; `short_lived` for data such as a body
  /// until it is stored. All references must outlive this object
  /// @param renew_keys called from any thread; requests a registration
  Listener(const settings::Settings& settings, std::size_t under_way, storage::Database& store,
           net::MemoryBudget& memory, net::MemoryBudget& short_lived,
           std::function<void()> renew_keys, telemetry::Log log);

  [[nodiscard]] runtime::Settler& settler() { return inbox_; }

  /// Accepted messages that were not handed to the pipeline yet.
  [[nodiscard]] runtime::Inbox::Waiting waiting() const { return inbox_.waiting(); }
  /// Why no message can be accepted; empty while they can.
  [[nodiscard]] std::string problem() const { return inbox_.problem(); }

  /// Listens from now on. @param pipeline must live until stop()
  /// @throws std::runtime_error if it cannot listen
  void start(runtime::Pipeline& pipeline);

  /// Uses the platform's keys from now on. The first call also begins to hand messages to the
  /// pipeline: before, it is not known where results go.
  void use(const opencti::Registration& registration);

  /// Rejects further messages, so that they stay with the platform. If accepted messages are only
  /// in memory, waits until they are processed, or until the deadline.
  void stop_taking(const net::Deadline& deadline);

  /// Must be called after the pipeline has finished.
  /// @returns false if accepted messages are lost that were only in memory
  [[nodiscard]] bool stop();

 private:
  void begin();

  telemetry::Log log_;
  bool durable_;
  net::HttpServerOptions server_options_;
  net::MemoryBudget& short_lived_;
  runtime::Inbox inbox_;
  opencti::Callback callback_;
  runtime::Pipeline* pipeline_ = nullptr;
  std::mutex mutex_;
  /// Messages are being handed on, or never will be.
  bool begun_ = false;
  std::optional<net::HttpServer> server_;
};

}  // namespace app
