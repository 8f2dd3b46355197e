#include "app/metrics_endpoint.hpp"

#include <optional>
#include <stdexcept>
#include <utility>

namespace app {
namespace {

/// Whoever reads metrics comes alone, a few times a minute.
constexpr std::size_t most_connections = 32;
constexpr std::size_t largest_header = std::size_t{8} * 1024;

net::HttpServerOptions options_for(const settings::Monitoring& settings) {
  net::HttpServerOptions options;
  options.address = settings.metrics_address;
  options.port = settings.metrics_port;
  options.limits.connections = most_connections;
  options.limits.header_bytes = largest_header;
  options.limits.body_bytes = 0;
  return options;
}

std::optional<net::HttpServerReply> refused(const net::HttpServerRequest& request) {
  if (request.method == "GET" || request.method == "HEAD") return std::nullopt;
  return net::HttpServerReply{.status = 405,
                              .content_type = "text/plain",
                              .body = "Metrics can only be read\n",
                              .headers = {{"Allow", "GET, HEAD"}}};
}

}  // namespace

net::HttpServerReply metrics_reply(std::string text) {
  return {.content_type = "text/plain; version=0.0.4; charset=utf-8",
          .body = std::move(text),
          .headers = {{"Cache-Control", "no-store"}, {"X-Content-Type-Options", "nosniff"}}};
}

MetricsEndpoint::MetricsEndpoint(const settings::Monitoring& settings,
                                 std::function<std::string()> text, const telemetry::Log& log)
    : server_(options_for(settings),
              {.screen = refused,
               .answer = [text = std::move(text)](const auto&,
                                                  const auto&) { return metrics_reply(text()); }},
              log) {
  log.info("Serving metrics", {{"address", settings.metrics_address}, {"port", server_.port()}});
}

}  // namespace app
