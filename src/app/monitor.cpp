#include "app/monitor.hpp"

#include <fmt/format.h>

#include <stdexcept>
#include <utility>

#include "app/read_only.hpp"
#include "net/loopback.hpp"

namespace app {
namespace {

monitoring::RoutesOptions routes_options(const settings::Settings& settings,
                                         const source::Source& source) {
  const auto& address = settings.monitoring.address;
  return {.token = settings.monitoring.token,
          .local_only = net::is_loopback(address),
          .about = {.id = settings.connector.id,
                    .name = settings.connector.name,
                    .opencti_url = settings.opencti.url,
                    .page_about = [&source](std::string_view value) {
                      return source.page_about(value);
                    }}};
}

net::HttpServer listen(const settings::Monitoring& settings, const monitoring::Routes& routes,
                       const telemetry::Log& log) {
  net::HttpServerOptions options;
  options.address = settings.address;
  options.port = settings.port;
  options.limits.body_bytes = 0;
  options.headers = monitoring::common_headers();
  try {
    return {
        options,
        {.screen = reject_writes,
         .answer = [&routes](const auto& request, const auto&) { return routes.answer(request); }},
        log};
  } catch (const std::runtime_error& unusable) {
    throw std::runtime_error(fmt::format("CONNECTOR_HTTP_PORT: {}", unusable.what()));
  }
}

}  // namespace

Monitor::Monitor(const source::Product& product, const settings::Settings& settings,
                 const source::Source& source, monitoring::RoutesSources sources,
                 const telemetry::Log& log)
    : routes_(product, routes_options(settings, source), std::move(sources)),
      server_(listen(settings.monitoring, routes_, log)) {
  const auto& address = settings.monitoring.address;
  const bool v6 = address.find(':') != std::string::npos;
  const auto host = v6 ? fmt::format("[{}]", address) : address;
  log.info("Status page", {{"address", fmt::format("http://{}:{}/", host, port())}});
}

}  // namespace app
