// CONNECTOR_EXPOSE_METRICS: a port for the metrics alone, as connectors in Python have it.
#pragma once

#include <functional>
#include <string>

#include "net/http/server.hpp"
#include "settings/settings.hpp"
#include "telemetry/log.hpp"

namespace app {

/// With the content type that Prometheus asks for.
[[nodiscard]] net::HttpServerReply metrics_reply(std::string text);

/// Every path has the metrics, and everybody may read them.
class MetricsEndpoint final {
 public:
  /// @param text called on the server's thread; must work until this object is gone
  /// @throws std::runtime_error when it cannot listen
  MetricsEndpoint(const settings::Monitoring& settings, std::function<std::string()> text,
                  const telemetry::Log& log);

 private:
  net::HttpServer server_;
};

}  // namespace app
