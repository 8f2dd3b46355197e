#include "opencti/registration.hpp"

#include <fmt/format.h>

#include "net/json.hpp"
#include "opencti/operations.hpp"

namespace opencti {
namespace {

using nlohmann::json;

constexpr int highest_port = 65535;

Result<Registration> read_registration(const json& answer) {
  const auto missing = [](const char* what) {
    return failure(ErrorKind::malformed, fmt::format("the platform's registration lacks {}", what));
  };
  const auto& config = net::member(answer, "config");
  const auto& connection = net::member(config, "connection");
  if (!connection.is_object()) return missing("config.connection");

  Registration out;
  out.user_id = net::text_at(answer, "connector_user_id");
  out.listen_queue = net::text_at(config, "listen");
  out.push_exchange = net::text_at(config, "push_exchange");
  out.push_routing = net::text_at(config, "push_routing");
  if (out.listen_queue.empty() || out.push_exchange.empty() || out.push_routing.empty()) {
    return missing("config.listen, config.push_exchange or config.push_routing");
  }
  out.broker.host = net::text_at(connection, "host");
  out.broker.vhost = net::text_at(connection, "vhost");
  out.broker.user = net::text_at(connection, "user");
  out.broker.password = net::text_at(connection, "pass");
  const auto& port = net::member(connection, "port");
  if (!port.is_number_integer() || port.get<long long>() < 1 ||
      port.get<long long>() > highest_port) {
    return missing("a usable config.connection.port");
  }
  out.broker.port = port.get<std::uint16_t>();
  if (net::member(connection, "use_ssl") == json(true)) out.broker.tls.emplace();
  return out;
}

}  // namespace

Result<Registration> register_connector(const GraphqlClient& client, const Identity& identity,
                                        const net::Deadline& deadline) {
  const auto about = client.send_once(operations::about, json::object(), {}, deadline);
  if (!about) return tl::unexpected(about.error());
  const json input{{"id", identity.id},
                   {"name", identity.name},
                   {"type", "INTERNAL_ENRICHMENT"},
                   {"scope", identity.scope},
                   {"auto", identity.automatic},
                   {"auto_update", false},
                   {"enrichment_resolution", "none"},
                   {"only_contextual", false},
                   {"playbook_compatible", true},
                   {"listen_callback_uri", nullptr}};
  const auto data =
      client.send_once(operations::register_connector, {{"input", input}}, {}, deadline);
  if (!data) return tl::unexpected(data.error());
  auto registration = read_registration(net::member(*data, "registerConnector"));
  if (registration)
    registration->platform_version = net::text_at(net::member(*about, "about"), "version");
  return registration;
}

Result<void> ping_connector(const GraphqlClient& client, const std::string& id,
                            const net::Deadline& deadline) {
  // Connectors of this kind keep no state on the platform; "null" is what pycti sends then.
  const json variables{{"id", id},
                       {"state", "null"},
                       {"connectorInfo",
                        {{"run_and_terminate", false},
                         {"buffering", false},
                         {"queue_threshold", 500.0},
                         {"queue_messages_size", 0.0},
                         {"next_run_datetime", nullptr},
                         {"last_run_datetime", nullptr}}}};
  const auto data = client.send_once(operations::ping_connector, variables, {}, deadline);
  if (!data) return tl::unexpected(data.error());
  return {};
}

}  // namespace opencti
