// The status port: a small HTTP server with the routes of Routes.
#pragma once

#include "monitoring/routes.hpp"
#include "net/http/server.hpp"
#include "settings/settings.hpp"
#include "source/product.hpp"
#include "source/source.hpp"
#include "telemetry/log.hpp"

namespace app {

/// Listens from construction on. Owns the server's thread.
class Monitor final {
 public:
  /// @param source must outlive this object
  /// @param sources must be valid until this object is destroyed
  /// @throws std::runtime_error if it cannot listen
  Monitor(const source::Product& product, const settings::Settings& settings,
          const source::Source& source, monitoring::RoutesSources sources,
          const telemetry::Log& log);

  [[nodiscard]] std::uint16_t port() const { return server_.port(); }

 private:
  monitoring::Routes routes_;
  net::HttpServer server_;
};

}  // namespace app
