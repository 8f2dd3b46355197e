#include "settings/monitoring_rows.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>

#include "net/loopback.hpp"
#include "settings/text.hpp"

namespace settings {
namespace {

constexpr auto rows = std::to_array<Row>({
    {
        .name = "CONNECTOR_HTTP_PORT",
        .group = Group::monitoring,
        .title = "Status port",
        .kind =
            Integer{0, 65535,
                    [](Settings& s, int v) { s.monitoring.port = static_cast<std::uint16_t>(v); }},
        .standard = "0",
        .description = "Port of the status page, the probes and the metrics; 0 turns them off.",
    },
    {
        .name = "CONNECTOR_HTTP_ADDRESS",
        .group = Group::monitoring,
        .title = "Status address",
        .kind = Text{1, [](Settings& s, std::string v) { s.monitoring.address = std::move(v); }},
        .standard = "127.0.0.1",
        .description = "IP address on which that port listens. Other hosts reach it only where "
                       "this is not the loopback.",
    },
    {
        .name = "CONNECTOR_HTTP_TOKEN",
        .group = Group::monitoring,
        .title = "Status token",
        .kind = Token{[](Settings& s, std::string v) { s.monitoring.token = std::move(v); }},
        .secret = true,
        .sample = "ChangeMe",
        .description = "Bearer token that the status and the metrics are shown for; without it "
                       "they are shown to everybody who reaches the port. The probes need none.",
    },
    {
        .name = "CONNECTOR_EXPOSE_METRICS",
        .group = Group::monitoring,
        .title = "Expose metrics",
        .kind = Boolean{[](Settings& s, bool v) { s.monitoring.expose_metrics = v; }},
        .standard = "false",
        .description = "Whether the metrics are also served at a port of their own, as connectors "
                       "in Python do: to everybody, at every path.",
    },
    {
        .name = "CONNECTOR_METRICS_PORT",
        .group = Group::monitoring,
        .title = "Metrics port",
        .kind = Integer{1, 65535,
                        [](Settings& s,
                           int v) { s.monitoring.metrics_port = static_cast<std::uint16_t>(v); }},
        .standard = "9095",
        .description = "Port for CONNECTOR_EXPOSE_METRICS.",
    },
    {
        .name = "CONNECTOR_METRICS_ADDRESS",
        .group = Group::monitoring,
        .title = "Metrics address",
        .kind = Text{1, [](Settings& s,
                           std::string v) { s.monitoring.metrics_address = std::move(v); }},
        .standard = "0.0.0.0",
        .description = "IP address on which the port for CONNECTOR_EXPOSE_METRICS listens.",
    },
    {
        .name = "CONNECTOR_METRICS_NAMESPACE",
        .group = Group::monitoring,
        .title = "Metrics namespace",
        .kind = Text{1, [](Settings& s,
                           std::string v) { s.monitoring.metrics_namespace = std::move(v); }},
        .sample = "opencti",
        .description = "What the name of each metric begins with, before an underscore.",
    },
    {
        .name = "CONNECTOR_METRICS_SUBSYSTEM",
        .group = Group::monitoring,
        .title = "Metrics subsystem",
        .kind = Text{1, [](Settings& s,
                           std::string v) { s.monitoring.metrics_subsystem = std::move(v); }},
        .sample = "connector",
        .description = "What follows on the namespace in the name of each metric.",
    },
});

/// What Prometheus takes at the beginning of a metric's name.
bool is_name_part(const std::string& text) {
  const auto allowed = [](unsigned char c) { return std::isalnum(c) != 0 || c == '_'; };
  return text.empty() || (std::isdigit(static_cast<unsigned char>(text.front())) == 0 &&
                          std::all_of(text.begin(), text.end(), allowed));
}

}  // namespace

std::span<const Row> monitoring_rows() { return rows; }

std::vector<std::string> monitoring_problems(const Settings& settings) {
  const auto& wanted = settings.monitoring;
  std::vector<std::string> problems;
  for (const auto& [name, address] :
       {std::pair{"CONNECTOR_HTTP_ADDRESS", &wanted.address},
        std::pair{"CONNECTOR_METRICS_ADDRESS", &wanted.metrics_address}}) {
    if (!is_ip_address(*address)) problems.push_back(fmt::format("{} must be an IP address", name));
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
      "CONNECTOR_HTTP_ADDRESS is not the loopback, and CONNECTOR_HTTP_TOKEN is not set: whoever "
      "reaches the port can read what is enriched"};
}

}  // namespace settings
