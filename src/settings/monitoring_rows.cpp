#include "settings/monitoring_rows.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>

#include "configuration/text.hpp"
#include "net/loopback.hpp"
#include "settings/engine.hpp"

namespace settings {
namespace {

/// Whether Prometheus accepts the text at the beginning of a metric's name.
bool is_name_part(const std::string& text) {
  const auto allowed = [](unsigned char c) { return std::isalnum(c) != 0 || c == '_'; };
  return text.empty() || (std::isdigit(static_cast<unsigned char>(text.front())) == 0 &&
                          std::all_of(text.begin(), text.end(), allowed));
}

}  // namespace

std::vector<Row> monitoring_rows(Monitoring& options) {
  return {
      {
          .name = "CONNECTOR_HTTP_PORT",
          .title = "Status port",
          .kind = integer(0, 65535, into(options.port)),
          .default_value = "0",
          .set_by_image = true,
          .description = "Port of the status page, the probes and the metrics; 0 turns them off.",
      },
      {
          .name = "CONNECTOR_HTTP_ADDRESS",
          .title = "Status address",
          .kind = plain_text(1, into(options.address)),
          .default_value = "127.0.0.1",
          .set_by_image = true,
          .description =
              "IP address on which the status port listens. Other hosts reach it only if this "
              "is not the loopback address.",
      },
      {
          .name = "CONNECTOR_HTTP_TOKEN",
          .title = "Status token",
          .kind = token(into(options.token)),
          .secret = true,
          .sample = "ChangeMe",
          .description = "Bearer token for the status and the metrics; without it, everybody who "
                         "reaches the port can read them. The probes need no token.",
      },
      {
          .name = "CONNECTOR_EXPOSE_METRICS",
          .title = "Expose metrics",
          .kind = boolean(into(options.expose_metrics)),
          .default_value = "false",
          .description = "Whether the metrics are also served on a separate port, as Python "
                         "connectors do: to everybody, at every path.",
      },
      {
          .name = "CONNECTOR_METRICS_PORT",
          .title = "Metrics port",
          .kind = integer(1, 65535, into(options.metrics_port)),
          .default_value = "9095",
          .description = "Port for CONNECTOR_EXPOSE_METRICS.",
      },
      {
          .name = "CONNECTOR_METRICS_ADDRESS",
          .title = "Metrics address",
          .kind = plain_text(1, into(options.metrics_address)),
          .default_value = "0.0.0.0",
          .description = "IP address on which the port for CONNECTOR_EXPOSE_METRICS listens.",
      },
      {
          .name = "CONNECTOR_METRICS_NAMESPACE",
          .title = "Metrics namespace",
          .kind = plain_text(1, into(options.metrics_namespace)),
          .sample = "opencti",
          .description = "First part of each metric name, before an underscore.",
      },
      {
          .name = "CONNECTOR_METRICS_SUBSYSTEM",
          .title = "Metrics subsystem",
          .kind = plain_text(1, into(options.metrics_subsystem)),
          .sample = "connector",
          .description = "Second part of each metric name.",
      },
  };
}

std::vector<std::string> monitoring_problems(const Monitoring& wanted) {
  std::vector<std::string> problems;
  for (const auto& [name, address] :
       {std::pair{"CONNECTOR_HTTP_ADDRESS", &wanted.address},
        std::pair{"CONNECTOR_METRICS_ADDRESS", &wanted.metrics_address}}) {
    if (!configuration::is_ip_address(*address))
      problems.push_back(fmt::format("{} must be an IP address", name));
  }
  for (const auto& [name, part] :
       {std::pair{"CONNECTOR_METRICS_NAMESPACE", &wanted.metrics_namespace},
        std::pair{"CONNECTOR_METRICS_SUBSYSTEM", &wanted.metrics_subsystem}}) {
    if (!is_name_part(*part)) {
      problems.push_back(
          fmt::format("{} must be letters, digits and _, and not begin with a digit", name));
    }
  }
  return problems;
}

std::vector<std::string> monitoring_advice(const Monitoring& monitoring) {
  if (monitoring.port == 0 || !monitoring.token.empty() || net::is_loopback(monitoring.address)) {
    return {};
  }
  return {
      "CONNECTOR_HTTP_ADDRESS is not the loopback address, and CONNECTOR_HTTP_TOKEN is not set: "
      "everybody who reaches the port can read what is enriched"};
}

}  // namespace settings
