#include "settings/listening_rows.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "net/loopback.hpp"
#include "settings/text.hpp"

namespace settings {
namespace {

// In the order of ListenProtocol.
constexpr auto protocols = std::to_array<std::string_view>({"amqp", "api"});

ListenProtocol protocol_of(std::string_view name) {
  const auto* const found = std::find(protocols.begin(), protocols.end(), name);
  return static_cast<ListenProtocol>(found - protocols.begin());
}

constexpr auto rows = std::to_array<Row>({
    {
        .name = "CONNECTOR_LISTEN_PROTOCOL",
        .group = Group::connector,
        .title = "Listen protocol",
        .kind =
            Choice{protocols,
                   [](Settings& s, std::string_view v) { s.listening.protocol = protocol_of(v); }},
        .standard = "amqp",
        .description = "How messages come: consumed from RabbitMQ (amqp), or posted by the "
                       "platform's workers to an HTTP server in the connector (api).",
    },
    {
        .name = "CONNECTOR_LISTEN_PROTOCOL_API_ADDRESS",
        .group = Group::connector,
        .title = "Listen address",
        .kind = Text{1, [](Settings& s, std::string v) { s.listening.address = std::move(v); }},
        .sample = "0.0.0.0",
        .description = "IP address on which the HTTP server listens. When it is not set: all "
                       "IPv4 addresses if CONNECTOR_LISTEN_PROTOCOL_API_URI is set, else "
                       "127.0.0.1.",
    },
    {
        .name = "CONNECTOR_LISTEN_PROTOCOL_API_PORT",
        .group = Group::connector,
        .title = "Listen port",
        .kind =
            Integer{1, 65535,
                    [](Settings& s, int v) { s.listening.port = static_cast<std::uint16_t>(v); }},
        .standard = "7070",
        .description = "Port of the HTTP server.",
    },
    {
        .name = "CONNECTOR_LISTEN_PROTOCOL_API_PATH",
        .group = Group::connector,
        .title = "Listen path",
        .kind = Text{1, [](Settings& s, std::string v) { s.listening.path = std::move(v); }},
        .standard = "/api/callback",
        .description = "Path to which messages are posted; it begins with a slash.",
    },
    {
        .name = "CONNECTOR_LISTEN_PROTOCOL_API_SSL",
        .group = Group::connector,
        .title = "Listen with TLS",
        .kind = Boolean{[](Settings& s, bool v) { s.listening.ssl = v; }},
        .standard = "false",
        .description = "Whether the HTTP server speaks TLS. It needs LISTEN_PROTOCOL_API_SSL_CERT "
                       "and LISTEN_PROTOCOL_API_SSL_KEY.",
    },
    {
        .name = "CONNECTOR_LISTEN_PROTOCOL_API_PLAIN",
        .group = Group::connector,
        .title = "Listen without TLS",
        .kind = Boolean{[](Settings& s, bool v) { s.listening.plain = v; }},
        .standard = "false",
        .description = "Whether messages and their tokens may come from other hosts without TLS: "
                       "behind a proxy that speaks it, or in a private network.",
    },
    {
        .name = "CONNECTOR_LISTEN_PROTOCOL_API_URI",
        .group = Group::connector,
        .title = "Listen URI",
        .kind = Url{[](Settings& s, std::string v) { s.listening.uri = std::move(v); }},
        .sample = "http://connector-kaspersky:7070",
        .description = "Address at which the platform's workers reach the HTTP server, without "
                       "the path. When it is not set: 127.0.0.1 and the port, for workers on the "
                       "same host.",
    },
    {
        .name = "LISTEN_PROTOCOL_API_SSL_CERT",
        .group = Group::connector,
        .title = "Listen certificate",
        .kind = Pem{Pem::Gives::what_was_given,
                    [](Settings& s, std::string v) { s.listening.ssl_cert = std::move(v); }},
        .sample = "/etc/ssl/connector.pem",
        .description = "Certificate of the HTTP server, with those between it and its root.",
    },
    {
        .name = "LISTEN_PROTOCOL_API_SSL_KEY",
        .group = Group::connector,
        .title = "Listen key",
        .kind = Pem{Pem::Gives::what_was_given,
                    [](Settings& s, std::string v) { s.listening.ssl_key = std::move(v); }},
        .secret = true,
        .sample = "/etc/ssl/connector.key",
        .description = "Private key of that certificate.",
    },
    {
        .name = "LISTEN_PROTOCOL_API_SSL_PASSPHRASE",
        .group = Group::connector,
        .title = "Listen key passphrase",
        .kind =
            Password{[](Settings& s, std::string v) { s.listening.ssl_passphrase = std::move(v); }},
        .secret = true,
        .sample = "ChangeMe",
        .description = "Passphrase of that key.",
    },
});

}  // namespace

std::span<const Row> listening_rows() { return rows; }

std::vector<std::string> listening_problems(const Listening& listening) {
  if (listening.protocol == ListenProtocol::amqp) return {};
  std::vector<std::string> problems;
  if (listening.address && !is_ip_address(*listening.address)) {
    problems.emplace_back("CONNECTOR_LISTEN_PROTOCOL_API_ADDRESS must be an IP address");
  }
  if (!listening.path.starts_with('/') || !is_visible_ascii(listening.path) ||
      listening.path.find_first_of("?#") != std::string::npos) {
    problems.emplace_back(
        "CONNECTOR_LISTEN_PROTOCOL_API_PATH must begin with a slash, and be printable ASCII "
        "without blanks, ? and #");
  }
  if (listening.ssl && (listening.ssl_cert.empty() || listening.ssl_key.empty())) {
    problems.emplace_back(
        "CONNECTOR_LISTEN_PROTOCOL_API_SSL needs LISTEN_PROTOCOL_API_SSL_CERT and "
        "LISTEN_PROTOCOL_API_SSL_KEY");
  }
  if (!listening.ssl && !listening.plain && !net::is_loopback(listening_address(listening))) {
    problems.push_back(fmt::format(
        "CONNECTOR_LISTEN_PROTOCOL_API_SSL is false, and the HTTP server listens on {}: messages "
        "and "
        "their tokens would come in the clear; set it to true, or, behind a proxy with TLS or in a "
        "private network, set CONNECTOR_LISTEN_PROTOCOL_API_PLAIN=true",
        listening_address(listening)));
  }
  return problems;
}

std::vector<std::string> listening_advice(const Settings& settings) {
  if (settings.listening.protocol == ListenProtocol::amqp) return {};
  std::vector<std::string> lines;
  if (!settings.listening.uri) {
    lines.emplace_back(
        "CONNECTOR_LISTEN_PROTOCOL_API_URI is not set: only workers on this host can post "
        "messages");
  }
  if (settings.lookups.cache_path.empty()) {
    lines.emplace_back(
        "CONNECTOR_LISTEN_PROTOCOL is api without KASPERSKY_CACHE_PATH: messages that were "
        "accepted and not finished are lost when the connector is killed");
  }
  return lines;
}

std::string listening_address(const Listening& listening) {
  return listening.address.value_or(listening.uri ? "0.0.0.0" : "127.0.0.1");
}

std::string callback_url(const Listening& listening) {
  return listening.uri.value_or(
             fmt::format("{}://127.0.0.1:{}", listening.ssl ? "https" : "http", listening.port)) +
         listening.path;
}

}  // namespace settings
