#include "app/metrics_endpoint.hpp"

#include <fmt/format.h>

#include <stdexcept>
#include <utility>

#include "app/read_only.hpp"

namespace app {
namespace {

/// Metrics have few readers, which connect a few times per minute.
constexpr std::size_t max_connections = 32;
constexpr std::size_t largest_header = std::size_t{8} * 1024;

net::HttpServerOptions options_for(const settings::Monitoring& settings) {
  net::HttpServerOptions options;
  options.address = settings.metrics_address;
  options.port = settings.metrics_port;
  options.limits.connections = max_connections;
  options.limits.header_bytes = largest_header;
  options.limits.body_bytes = 0;
  return options;
}

net::HttpServer listen(const settings::Monitoring& settings, std::function<std::string()> text,
                       const telemetry::Log& log) {
  try {
    return {options_for(settings),
            {.screen = reject_writes,
             .answer = [text = std::move(text)](const auto&,
                                                const auto&) { return metrics_reply(text()); }},
            log};
  } catch (const std::runtime_error& unusable) {
    throw std::runtime_error(fmt::format("CONNECTOR_METRICS_PORT: {}", unusable.what()));
  }
}

}  // namespace

net::HttpServerReply metrics_reply(std::string text) {
  return {.content_type = "text/plain; version=0.0.4; charset=utf-8",
          .body = std::move(text),
          .headers = {{"Cache-Control", "no-store"}, {"X-Content-Type-Options", "nosniff"}}};
}

MetricsEndpoint::MetricsEndpoint(const settings::Monitoring& settings,
                                 std::function<std::string()> text, const telemetry::Log& log)
    : server_(listen(settings, std::move(text), log)) {
  log.info("Serving metrics", {{"address", settings.metrics_address}, {"port", server_.port()}});
}

}  // namespace app
