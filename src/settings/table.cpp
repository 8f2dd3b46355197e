#include "settings/table.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <vector>

#include "settings/kaspersky_rows.hpp"
#include "settings/listening_rows.hpp"
#include "settings/lookup_rows.hpp"
#include "settings/monitoring_rows.hpp"
#include "settings/pipeline_rows.hpp"
#include "settings/sending_rows.hpp"
#include "settings/text.hpp"

namespace settings {
namespace {

constexpr auto connector_types = std::to_array<std::string_view>({"INTERNAL_ENRICHMENT"});
constexpr auto log_levels =
    std::to_array<std::string_view>({"debug", "info", "warn", "warning", "error"});
// In the order of BundleMode.
constexpr auto bundle_modes = std::to_array<std::string_view>({"auto", "whole", "split"});
constexpr auto scopes = std::to_array<std::string_view>(
    {"StixFile", "Artifact", "IPv4-Addr", "IPv6-Addr", "Domain-Name", "Hostname", "Url"});

BundleMode bundle_mode(std::string_view name) {
  const auto* const found = std::find(bundle_modes.begin(), bundle_modes.end(), name);
  return static_cast<BundleMode>(found - bundle_modes.begin());
}

constexpr auto opencti_rows = std::to_array<Row>({
    {
        .name = "OPENCTI_URL",
        .group = Group::opencti,
        .title = "OpenCTI URL",
        .kind = Url{[](Settings& s, std::string v) { s.opencti.url = std::move(v); }},
        .required = true,
        .sample = "http://localhost",
        .description = "Address of the OpenCTI platform. It may have a path.",
    },
    {
        .name = "OPENCTI_TOKEN",
        .group = Group::opencti,
        .title = "OpenCTI token",
        .kind = Token{[](Settings& s, std::string v) { s.opencti.token = std::move(v); }},
        .required = true,
        .secret = true,
        .sample = "ChangeMe",
        .description = "API token of the user that the connector acts as.",
    },
    {
        .name = "OPENCTI_SSL_VERIFY",
        .group = Group::opencti,
        .title = "Verify TLS",
        .kind = Verification{[](Settings& s, TlsVerification v) {
          s.opencti.ssl_verify = std::move(v);
        }},
        .standard = "true",
        .description = "Whether the platform's certificate is verified. A path names the CA "
                       "certificates to trust instead of the system's.",
    },
    {
        .name = "OPENCTI_CUSTOM_HEADERS",
        .group = Group::opencti,
        .title = "Custom headers",
        .kind = Headers{[](Settings& s, std::vector<std::pair<std::string, std::string>> v) {
          s.opencti.custom_headers = std::move(v);
        }},
        .secret = true,
        .sample = "X-Gateway-Key:ChangeMe;X-Tenant:ChangeMe",
        .description = "HTTP headers added to each request to the platform. They replace the "
                       "connector's own headers of the same name.",
    },
    {
        .name = "OPENCTI_JSON_LOGGING",
        .group = Group::opencti,
        .title = "JSON log",
        .kind = Boolean{[](Settings& s, bool v) { s.opencti.json_logging = v; }},
        .standard = "true",
        .description = "Whether log lines are JSON objects; otherwise they are plain text.",
    },
});

constexpr auto connector_rows = std::to_array<Row>({
    {
        .name = "CONNECTOR_ID",
        .group = Group::connector,
        .title = "Connector ID",
        .kind = Identity{[](Settings& s, std::string v) { s.connector.id = std::move(v); }},
        .standard = "kaspersky--8825ba29-8475-4e6a-95b7-9206052c0934",
        .sample = "ChangeMe",
        .in_use = true,
        .remark =
            "A UUID of your own, which `uuidgen` prints. Two connectors with the same one take "
            "each other's messages.",
        .description = "Identity of this connector on the platform. Two connectors with the same "
                       "one take each other's messages: give each its own UUIDv4.",
    },
    {
        .name = "CONNECTOR_TYPE",
        .group = Group::connector,
        .title = "Connector type",
        .kind = Choice{connector_types, [](Settings&, std::string_view) {}},
        .standard = "INTERNAL_ENRICHMENT",
        .description = "Accepted for compatibility. There is nothing to choose.",
    },
    {
        .name = "CONNECTOR_NAME",
        .group = Group::connector,
        .title = "Connector name",
        .kind = Text{2, [](Settings& s, std::string v) { s.connector.name = std::move(v); }},
        .standard = "Kaspersky Enrichment",
        .description = "Name shown on the platform and in the log.",
    },
    {
        .name = "CONNECTOR_SCOPE",
        .group = Group::connector,
        .title = "Connector scope",
        .kind =
            Subset{scopes, [](Settings& s,
                              std::vector<std::string> v) { s.connector.scope = std::move(v); }},
        .standard = "StixFile,IPv4-Addr,Domain-Name,Hostname,Url",
        .description = "Types of observables that are enriched.",
    },
    {
        .name = "CONNECTOR_AUTO",
        .group = Group::connector,
        .title = "Enrich on creation",
        .kind = Boolean{[](Settings& s, bool v) { s.connector.automatic = v; }},
        .standard = "false",
        .description = "Whether every new observable in scope is enriched by itself. Each one "
                       "costs a lookup of the Kaspersky quota.",
    },
    {
        .name = "CONNECTOR_MAX_TLP",
        .group = Group::connector,
        .title = "Max TLP",
        .kind = TlpLevel{[](Settings& s, stix::Tlp v) { s.connector.max_tlp = v; }},
        .standard = "TLP:AMBER",
        .former = "KASPERSKY_MAX_TLP",
        .description = "An observable with a more restrictive marking is not sent to Kaspersky.",
    },
    {
        .name = "CONNECTOR_LOG_LEVEL",
        .group = Group::connector,
        .title = "Log level",
        .kind = Choice{log_levels,
                       [](Settings& s,
                          std::string_view
                              v) { s.connector.log_level = telemetry::parse_level(v).value(); }},
        .standard = "error",
        .sample = "info",
        .in_use = true,
        .remark = "info: one line for each enrichment. The default, error, shows errors alone.",
        .description = "Minimum log level.",
    },
    {
        .name = "CONNECTOR_BUNDLE_MODE",
        .group = Group::connector,
        .title = "Bundle mode",
        .kind = Choice{bundle_modes,
                       [](Settings& s,
                          std::string_view v) { s.connector.bundle_mode = bundle_mode(v); }},
        .standard = "auto",
        .description =
            "How results are sent: whole in one message, split into one message per "
            "object, or as the platform's version can take them. Results for a draft are always "
            "split.",
    },
    {
        .name = "CONNECTOR_WORKERS",
        .group = Group::connector,
        .title = "Workers",
        .kind = Integer{1, 64, [](Settings& s, int v) { s.connector.workers = v; }},
        .standard = "8",
        .description = "How many enrichments run at the same time.",
    },
    {
        .name = "CONNECTOR_SHUTDOWN_GRACE",
        .group = Group::connector,
        .title = "Shutdown grace",
        .kind = Integer{1, 600,
                        [](Settings& s,
                           int v) { s.connector.shutdown_grace = std::chrono::seconds(v); }},
        .standard = "25",
        .description = "Seconds that running enrichments have to finish when the connector is "
                       "asked to stop. Give the container ten seconds more before it is killed.",
    },
});

constexpr auto broker_rows = std::to_array<Row>({
    {
        .name = "MQ_HOST",
        .group = Group::broker,
        .title = "Broker host",
        .kind = Text{1, [](Settings& s, std::string v) { s.mq.host = std::move(v); }},
        .sample = "rabbitmq",
        .description = "Name or address of RabbitMQ.",
    },
    {
        .name = "MQ_PORT",
        .group = Group::broker,
        .title = "Broker port",
        .kind = Integer{1, 65535,
                        [](Settings& s, int v) { s.mq.port = static_cast<std::uint16_t>(v); }},
        .sample = "5672",
        .description = "Port of RabbitMQ.",
    },
    {
        .name = "MQ_VHOST",
        .group = Group::broker,
        .title = "Broker virtual host",
        .kind = Text{1, [](Settings& s, std::string v) { s.mq.vhost = std::move(v); }},
        .sample = "/",
        .description = "Virtual host on RabbitMQ.",
    },
    {
        .name = "MQ_USE_SSL",
        .group = Group::broker,
        .title = "Broker TLS",
        .kind = Boolean{[](Settings& s, bool v) { s.mq.use_ssl = v; }},
        .sample = "true",
        .description = "Whether the connection to RabbitMQ uses TLS.",
    },
    {
        .name = "MQ_USER",
        .group = Group::broker,
        .title = "Broker user",
        .kind = Text{1, [](Settings& s, std::string v) { s.mq.user = std::move(v); }},
        .sample = "opencti",
        .description = "User on RabbitMQ. Used with MQ_HOST alone.",
    },
    {
        .name = "MQ_PASS",
        .group = Group::broker,
        .title = "Broker password",
        .kind = Password{[](Settings& s, std::string v) { s.mq.pass = std::move(v); }},
        .secret = true,
        .sample = "ChangeMe",
        .description = "Password of the RabbitMQ user. Used with MQ_HOST alone, and needs "
                       "MQ_USE_SSL: a host that the platform names never gets it.",
    },
    {
        .name = "MQ_USE_SSL_CA",
        .group = Group::broker,
        .title = "Broker CA",
        .kind = Pem{Pem::Gives::what_was_given,
                    [](Settings& s, std::string v) { s.mq.use_ssl_ca = std::move(v); }},
        .sample = "/etc/ssl/rabbitmq/ca.pem",
        .description = "CA certificates to trust for RabbitMQ besides the system's.",
    },
    {
        .name = "MQ_USE_SSL_CERT",
        .group = Group::broker,
        .title = "Broker client certificate",
        .kind = Pem{Pem::Gives::what_was_given,
                    [](Settings& s, std::string v) { s.mq.use_ssl_cert = std::move(v); }},
        .sample = "/etc/ssl/rabbitmq/client.pem",
        .description = "Certificate that the connector shows to RabbitMQ. It needs "
                       "MQ_USE_SSL_KEY.",
    },
    {
        .name = "MQ_USE_SSL_KEY",
        .group = Group::broker,
        .title = "Broker client key",
        .kind = Pem{Pem::Gives::what_was_given,
                    [](Settings& s, std::string v) { s.mq.use_ssl_key = std::move(v); }},
        .secret = true,
        .sample = "/etc/ssl/rabbitmq/client.key",
        .description = "Private key of the client certificate.",
    },
    {
        .name = "MQ_USE_SSL_PASSPHRASE",
        .group = Group::broker,
        .title = "Broker key passphrase",
        .kind =
            Password{[](Settings& s, std::string v) { s.mq.use_ssl_passphrase = std::move(v); }},
        .secret = true,
        .sample = "ChangeMe",
        .description = "Passphrase of the client key.",
    },
    {
        .name = "MQ_USE_SSL_REJECT_UNAUTHORIZED",
        .group = Group::broker,
        .title = "Verify broker TLS",
        .kind = Boolean{[](Settings& s, bool v) { s.mq.use_ssl_reject_unauthorized = v; }},
        .standard = "true",
        .description = "Whether RabbitMQ's certificate is verified when TLS is used.",
    },
});

constexpr auto network_rows = std::to_array<Row>({
    {
        .name = "HTTPS_CA_CERTIFICATES",
        .group = Group::network,
        .title = "More CA certificates",
        .kind = Pem{Pem::Gives::text,
                    [](Settings& s, std::string v) { s.https_ca_certificates = std::move(v); }},
        .environment_only = true,
        .sample = "/etc/ssl/company-ca.pem",
        .description = "CA certificates that are trusted for HTTPS besides the others. With it, "
                       "the platform's certificate is verified whatever OPENCTI_SSL_VERIFY says.",
    },
    {
        .name = "HTTPS_PROXY",
        .group = Group::network,
        .title = "Proxy for https://",
        .kind = Proxy{},
        .secret = true,
        .environment_only = true,
        .sample = "http://proxy:3128",
        .description = "Proxy for https:// addresses, in lower or upper case.",
    },
    {
        .name = "HTTP_PROXY",
        .group = Group::network,
        .title = "Proxy for http://",
        .kind = Proxy{},
        .secret = true,
        .environment_only = true,
        .sample = "http://proxy:3128",
        .description = "Proxy for http:// addresses, in lower or upper case.",
    },
    {
        .name = "ALL_PROXY",
        .group = Group::network,
        .title = "Proxy for the rest",
        .kind = Proxy{},
        .secret = true,
        .environment_only = true,
        .sample = "http://proxy:3128",
        .description = "Proxy for addresses without a proxy of their own, in lower or upper case.",
    },
    {
        .name = "NO_PROXY",
        .group = Group::network,
        .title = "No proxy for",
        .kind = Proxy{},
        .environment_only = true,
        .sample = "localhost,opencti",
        .description =
            "Hosts that are reached directly, separated by commas, in lower or upper case.",
    },
});

}  // namespace

std::span<const Row> table() {
  static const auto rows = [] {
    std::vector<Row> all;
    for (const std::span<const Row> group :
         {std::span<const Row>(opencti_rows), std::span<const Row>(connector_rows), pipeline_rows(),
          registration_rows(), listening_rows(), monitoring_rows(), sending_rows(),
          std::span<const Row>(broker_rows), kaspersky_rows(), quota_rows(), lookup_rows(),
          std::span<const Row>(network_rows)}) {
      all.insert(all.end(), group.begin(), group.end());
    }
    return all;
  }();
  return rows;
}

std::string_view sample_of(const Row& row) {
  return row.sample.empty() ? row.standard.value_or("") : row.sample;
}

bool is_in_use(const Row& row) { return row.required || row.in_use; }

std::string config_path(std::string_view name) {
  auto path = lower_case(name);
  // As pycti has it: the variables lack the section that the keys have.
  if (path.starts_with("listen_protocol_")) return "connector." + path;
  const auto split_at = path.find('_');
  if (split_at != std::string::npos) path[split_at] = '.';
  return path;
}

std::string long_form(std::string_view name) {
  constexpr std::string_view prefix = "KASPERSKY_";
  if (!name.starts_with(prefix)) return {};
  return fmt::format("{}ENRICHMENT_{}", prefix, name.substr(prefix.size()));
}

std::string former_path(const Row& row) {
  if (row.former.empty() || row.environment_only) return {};
  auto path = config_path(row.former);
  const auto section = std::string_view(path).substr(0, path.find('.'));
  const auto rows = table();
  const bool known = std::any_of(rows.begin(), rows.end(), [&](const auto& other) {
    return config_path(other.name).starts_with(std::string(section) + '.');
  });
  return known ? path : std::string();
}

std::string file_form(const Row& row) {
  if (!row.secret || std::holds_alternative<Proxy>(row.kind)) return {};
  return std::string(row.name) + "_FILE";
}

}  // namespace settings
