// CONNECTOR_EXPOSE_METRICS: a port for metrics only, as in connectors in Python.
#pragma once

#include <functional>
#include <string>

#include "net/http/server.hpp"
#include "settings/settings.hpp"
#include "telemetry/log.hpp"

namespace app {

/// With Prometheus' content type.
[[nodiscard]] net::HttpServerReply metrics_reply(std::string text);

/// Every path returns the metrics, without authentication.
class MetricsEndpoint final {
 public:
  /// @param text called on the server's thread; must be valid until this object is destroyed
  /// @throws std::runtime_error if it cannot listen
  MetricsEndpoint(const settings::Monitoring& settings, std::function<std::string()> text,
                  const telemetry::Log& log);

 private:
  net::HttpServer server_;
};

}  // namespace app
