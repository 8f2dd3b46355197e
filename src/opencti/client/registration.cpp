#include "opencti/client/registration.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "opencti/operations.hpp"
#include "text/json.hpp"

namespace opencti {
namespace {

using nlohmann::json;

constexpr int highest_port = 65535;

std::optional<std::uint16_t> port_at(const json& connection) {
  const auto& port = text::member(connection, "port");
  if (!port.is_number_integer() || port.get<long long>() < 1 ||
      port.get<long long>() > highest_port) {
    return std::nullopt;
  }
  return port.get<std::uint16_t>();
}

Result<Registration> read_registration(const json& answer) {
  const auto missing = [](const char* what) {
    return failure(ErrorKind::malformed, fmt::format("the platform's registration lacks {}", what));
  };
  const auto& config = text::member(answer, "config");
  const auto& connection = text::member(config, "connection");
  if (!connection.is_object()) return missing("config.connection");

  Registration out;
  out.user_id = text::text_at(answer, "connector_user_id");
  out.jwks = text::text_at(answer, "jwks");
  out.listen_queue = text::text_at(config, "listen");
  out.push_exchange = text::text_at(config, "push_exchange");
  out.push_routing = text::text_at(config, "push_routing");
  if (out.listen_queue.empty() || out.push_exchange.empty() || out.push_routing.empty()) {
    return missing("config.listen, config.push_exchange or config.push_routing");
  }
  out.broker.host = text::text_at(connection, "host");
  out.broker.vhost = text::text_at(connection, "vhost");
  out.broker.user = text::text_at(connection, "user");
  out.broker.password = text::text_at(connection, "pass");
  const auto port = port_at(connection);
  if (!port) return missing("a usable config.connection.port");
  out.broker.port = *port;
  if (text::member(connection, "use_ssl") == json(true)) out.broker.tls.emplace();
  return out;
}

/// The platform's version and schema.
struct About {
  std::string version;
  /// The fields of RegisterConnectorInput on this platform.
  std::vector<std::string> inputs;

  [[nodiscard]] bool takes(std::string_view input) const {
    return std::find(inputs.begin(), inputs.end(), input) != inputs.end();
  }
};

Result<About> ask_about(const GraphqlClient& client, const net::Deadline& deadline) {
  auto answer = client.send_once(operations::about, json::object(), {}, deadline);
  // Some platforms reject queries of their schema.
  if (!answer && !answer.error().outage() && answer.error().kind != ErrorKind::stopped) {
    answer = client.send_once(operations::about_version, json::object(), {}, deadline);
  }
  if (!answer) return tl::unexpected(answer.error());
  About about{.version = text::text_at(text::member(answer->data, "about"), "version"),
              .inputs = {}};
  if (const auto& fields = text::member(text::member(answer->data, "__type"), "inputFields");
      fields.is_array()) {
    for (const auto& field : fields) about.inputs.push_back(text::text_at(field, "name"));
  }
  return about;
}

json input_of(const Identity& identity, const About& about) {
  json input{{"id", identity.id},
             {"name", identity.name},
             {"type", "INTERNAL_ENRICHMENT"},
             {"scope", identity.scope},
             {"auto", identity.automatic},
             {"auto_update", identity.on_update},
             {"enrichment_resolution", identity.resolution},
             {"only_contextual", identity.only_contextual},
             {"playbook_compatible", true},
             {"listen_callback_uri",
              identity.callback_url.empty() ? json() : json(identity.callback_url)}};
  // A platform rejects the whole request if it does not know one field.
  if (about.takes("version") && about.takes("slug") && !identity.version.empty()) {
    input["version"] = identity.version;
    input["slug"] = identity.slug;
  }
  return input;
}

Result<Storage> ask_storage(const GraphqlClient& client, const json& input,
                            const net::Deadline& deadline) {
  const auto answer = client.send_once(operations::read_storage, {{"input", input}}, {}, deadline);
  if (!answer) return tl::unexpected(answer.error());
  const auto& s3 =
      text::member(text::member(text::member(answer->data, "registerConnector"), "config"), "s3");
  Storage out;
  out.endpoint = text::text_at(s3, "endpoint");
  out.port = port_at(s3).value_or(0);
  out.use_tls = text::member(s3, "use_ssl") == json(true);
  out.bucket = text::text_at(s3, "bucket_name");
  out.region = text::text_at(s3, "bucket_region");
  out.access_key = text::text_at(s3, "access_key");
  out.secret_key = text::text_at(s3, "secret_key");
  return out;
}

Result<Registration> registration_in(const Result<Answer>& answer, const std::string& id) {
  if (!answer) return tl::unexpected(answer.error());
  const auto& connector = text::member(answer->data, "registerConnector");
  if (text::text_at(connector, "id") != id) return tl::unexpected(another_answer());
  return read_registration(connector);
}

}  // namespace

Result<Registration> register_connector(const GraphqlClient& client, const Identity& identity,
                                        bool with_storage, const net::Deadline& deadline) {
  const auto about = ask_about(client, deadline);
  if (!about) return tl::unexpected(about.error());
  const auto input = input_of(identity, *about);
  const bool listens = !identity.callback_url.empty();
  auto registration = registration_in(
      client.send_once(listens ? operations::register_listener : operations::register_connector,
                       {{"input", input}}, {}, deadline),
      identity.id);
  if (!registration) return registration;
  registration->platform_version = about->version;
  if (with_storage) {
    auto storage = ask_storage(client, input, deadline);
    if (!storage && storage.error().kind != ErrorKind::not_understood) {
      return tl::unexpected(storage.error());
    }
    if (storage) registration->storage = std::move(*storage);
  }
  return registration;
}

Result<std::string> read_version(const GraphqlClient& client, const net::Deadline& deadline) {
  const auto answer = client.send_once(operations::about_version, json::object(), {}, deadline);
  if (!answer) return tl::unexpected(answer.error());
  return text::text_at(text::member(answer->data, "about"), "version");
}

Result<std::optional<Registration>> read_registered(const GraphqlClient& client,
                                                    const std::string& id,
                                                    const net::Deadline& deadline) {
  const auto answer = client.send_once(operations::read_connector, {{"id", id}}, {}, deadline);
  if (!answer) return tl::unexpected(answer.error());
  const auto& connector = text::member(answer->data, "connector");
  if (connector.is_null()) return std::nullopt;
  auto registration = read_registration(connector);
  if (!registration) return tl::unexpected(registration.error());
  return std::move(*registration);
}

Result<void> ping_connector(const GraphqlClient& client, const std::string& id,
                            const net::Deadline& deadline) {
  // Connectors of this kind have no state on the platform; pycti sends "null" then.
  const json variables{{"id", id},
                       {"state", "null"},
                       {"connectorInfo",
                        {{"run_and_terminate", false},
                         {"buffering", false},
                         {"queue_threshold", 500.0},
                         {"queue_messages_size", 0.0},
                         {"next_run_datetime", nullptr},
                         {"last_run_datetime", nullptr}}}};
  const auto answer = client.send_once(operations::ping_connector, variables, {}, deadline);
  if (!answer) return tl::unexpected(answer.error());
  if (text::text_at(text::member(answer->data, "pingConnector"), "id") != id) {
    return tl::unexpected(another_answer());
  }
  return {};
}

}  // namespace opencti
