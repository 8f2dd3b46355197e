#include "settings/listening_rows.hpp"

#include <fmt/format.h>

#include <array>

#include "configuration/text.hpp"
#include "net/loopback.hpp"
#include "settings/engine.hpp"

namespace settings {
namespace {

// In the order of ListenProtocol.
constexpr auto protocols = std::to_array<std::string_view>({"amqp", "api"});

}  // namespace

std::vector<Row> listening_rows(const source::Product& product, Listening& options) {
  return {
      {
          .name = "CONNECTOR_LISTEN_PROTOCOL",
          .title = "Listen protocol",
          .kind = choice(protocols, into(options.protocol)),
          .default_value = "amqp",
          .description = "How messages arrive: consumed from RabbitMQ (amqp), or posted by the "
                         "platform's workers to an HTTP server in the connector (api).",
      },
      {
          .name = "CONNECTOR_LISTEN_PROTOCOL_API_ADDRESS",
          .title = "Listen address",
          .kind = plain_text(1, into(options.address)),
          .sample = "0.0.0.0",
          .description = "IP address on which the HTTP server listens. Default: all IPv4 addresses "
                         "if CONNECTOR_LISTEN_PROTOCOL_API_URI is set, else 127.0.0.1.",
      },
      {
          .name = "CONNECTOR_LISTEN_PROTOCOL_API_PORT",
          .title = "Listen port",
          .kind = integer(1, 65535, into(options.port)),
          .default_value = "7070",
          .description = "Port of the HTTP server.",
      },
      {
          .name = "CONNECTOR_LISTEN_PROTOCOL_API_PATH",
          .title = "Listen path",
          .kind = plain_text(1, into(options.path)),
          .default_value = "/api/callback",
          .description = "Path for posted messages; it begins with a slash.",
      },
      {
          .name = "CONNECTOR_LISTEN_PROTOCOL_API_SSL",
          .title = "Listen with TLS",
          .kind = boolean(into(options.ssl)),
          .default_value = "false",
          .description = "Whether the HTTP server uses TLS. It needs LISTEN_PROTOCOL_API_SSL_CERT "
                         "and LISTEN_PROTOCOL_API_SSL_KEY.",
      },
      {
          .name = "CONNECTOR_LISTEN_PROTOCOL_API_PLAIN",
          .title = "Listen without TLS",
          .kind = boolean(into(options.plain)),
          .default_value = "false",
          .description = "Whether other hosts may post messages and tokens without TLS: behind a "
                         "proxy with TLS, or in a private network.",
      },
      {
          .name = "CONNECTOR_LISTEN_PROTOCOL_API_URI",
          .title = "Listen URI",
          .kind = url(into(options.uri)),
          .sample =
              fmt::format("http://connector-{}:7070", configuration::lower_case(product.source)),
          .description = "Address at which the platform's workers reach the HTTP server, without "
                         "the path. Default: 127.0.0.1 and the port, for workers on the same host.",
      },
      {
          .name = "LISTEN_PROTOCOL_API_SSL_CERT",
          .title = "Listen certificate",
          .kind = pem(into(options.ssl_cert)),
          .sample = "/etc/ssl/connector.pem",
          .description = "Certificate of the HTTP server, with its intermediate certificates.",
      },
      {
          .name = "LISTEN_PROTOCOL_API_SSL_KEY",
          .title = "Listen key",
          .kind = pem(into(options.ssl_key)),
          .secret = true,
          .sample = "/etc/ssl/connector.key",
          .description = "Private key of the HTTP server's certificate.",
      },
      {
          .name = "LISTEN_PROTOCOL_API_SSL_PASSPHRASE",
          .title = "Listen key passphrase",
          .kind = password(into(options.ssl_passphrase)),
          .secret = true,
          .sample = "ChangeMe",
          .description = "Passphrase of the HTTP server's private key.",
      },
  };
}

std::vector<std::string> listening_problems(const Listening& listening) {
  if (listening.protocol == ListenProtocol::amqp) return {};
  std::vector<std::string> problems;
  if (listening.address && !configuration::is_ip_address(*listening.address)) {
    problems.emplace_back("CONNECTOR_LISTEN_PROTOCOL_API_ADDRESS must be an IP address");
  }
  if (!listening.path.starts_with('/') || !configuration::is_visible_ascii(listening.path) ||
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
        "and their tokens would not be encrypted; set it to true, or, behind a proxy with TLS or "
        "in a private network, set CONNECTOR_LISTEN_PROTOCOL_API_PLAIN=true",
        listening_address(listening)));
  }
  return problems;
}

std::vector<std::string> listening_advice(const source::Product& product,
                                          const Settings& settings) {
  if (settings.listening.protocol == ListenProtocol::amqp) return {};
  std::vector<std::string> lines;
  if (!settings.listening.uri) {
    lines.emplace_back(
        "CONNECTOR_LISTEN_PROTOCOL_API_URI is not set: only workers on this host can post "
        "messages");
  }
  if (settings.policies.cache_path.empty()) {
    lines.push_back(
        fmt::format("CONNECTOR_LISTEN_PROTOCOL is api without {}CACHE_PATH: accepted messages that "
                    "are not finished are lost if the connector is killed",
                    product.prefix));
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
