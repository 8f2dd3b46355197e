// Listening by HTTP instead of consuming from the queue: the parts of that, wired together.
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

/// Posted messages go into the inbox, and from there into the pipeline, at most `under_way` at
/// once. Members stand in the order of who uses whom.
class Listener final {
 public:
  /// @param memory of messages that are worked on; `passing` of what is in hand for moments, such
  /// as a body until it is kept All references must outlive this object.
  /// @param renew_keys called from any thread; asks for a registration
  Listener(const settings::Settings& settings, std::size_t under_way, storage::Database& store,
           net::MemoryBudget& memory, net::MemoryBudget& passing, std::function<void()> renew_keys,
           telemetry::Log log);

  [[nodiscard]] runtime::Settler& settler() { return inbox_; }

  /// Of what is accepted and not handed on.
  [[nodiscard]] runtime::Inbox::Waiting waiting() const { return inbox_.waiting(); }
  /// Why no message can be accepted; empty while they can.
  [[nodiscard]] std::string problem() const { return inbox_.problem(); }

  /// Listens from now on. @param pipeline must live until stop()
  /// @throws std::runtime_error when it cannot listen
  void start(runtime::Pipeline& pipeline);

  /// Knows the platform's tokens from now on. The first call begins to hand messages on: before, it
  /// is not known where results go.
  void use(const opencti::Registration& registration);

  /// Turns further messages away, so that they stay with the platform. Where nothing is kept on
  /// disk, waits up to the deadline for those that were accepted before.
  void stop_taking(const net::Deadline& deadline);

  /// To be called once the pipeline has finished.
  /// @returns false when accepted messages are lost, which were kept in memory only
  [[nodiscard]] bool stop();

 private:
  void begin();

  telemetry::Log log_;
  bool durable_;
  net::HttpServerOptions server_options_;
  net::MemoryBudget& passing_;
  runtime::Inbox inbox_;
  opencti::Callback callback_;
  runtime::Pipeline* pipeline_ = nullptr;
  std::mutex mutex_;
  /// Messages are handed on, or never will be.
  bool begun_ = false;
  std::optional<net::HttpServer> server_;
};

}  // namespace app
