// Registering with the platform, and staying registered: the two calls behind presence.hpp.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "net/amqp/broker.hpp"
#include "opencti/client/graphql.hpp"

namespace opencti {

/// How the connector presents itself.
struct Identity {
  std::string id;
  std::string name;
  /// Types of objects that it enriches, in OpenCTI's names.
  std::vector<std::string> scope;
  /// Enrich new objects without being asked.
  bool automatic = false;
  /// Enrich objects that changed without being asked.
  bool on_update = false;
  /// `none` or `stix_bundle`.
  std::string resolution = "none";
  bool only_contextual = false;
  /// Of the program, and what it is called in OpenCTI's catalog. Told to platforms that want to
  /// know; may be empty.
  std::string version;
  std::string slug;
  /// Where the platform's workers post messages; empty: they stay in the queue, to be consumed.
  std::string callback_url = {};
};

/// The platform's own object storage, which connectors may use.
struct Storage {
  std::string endpoint;
  std::uint16_t port = 0;
  bool use_tls = false;
  std::string bucket;
  std::string region;
  std::string access_key;
  std::string secret_key;

  bool operator==(const Storage&) const = default;
};

/// What the platform answers: where to listen and where to publish.
struct Registration {
  std::string platform_version;
  /// The token's user; what the connector sends is imported in its name.
  std::string user_id;
  /// As the platform sees the broker; the connector's own settings may override it.
  net::AmqpAddress broker;
  std::string listen_queue;
  std::string push_exchange;
  std::string push_routing;
  /// Only where it was asked for and told.
  std::optional<Storage> storage;
  /// The keys of the tokens that come with posted messages, as JSON text; asked for only with a
  /// callback_url.
  std::string jwks = {};

  bool operator==(const Registration&) const = default;
};

/// Asks for the platform's version, then registers. Registering again is an update.
/// @param with_storage asks for Registration::storage too; platforms that do not know it leave it
/// empty.
[[nodiscard]] Result<Registration> register_connector(const GraphqlClient& client,
                                                      const Identity& identity, bool with_storage,
                                                      const net::Deadline& deadline);

/// The platform's version, from an authenticated request.
[[nodiscard]] Result<std::string> read_version(const GraphqlClient& client,
                                               const net::Deadline& deadline);

/// What registering this connector would answer, read without registering it; nothing when the
/// platform does not know it. Without version, storage and keys.
[[nodiscard]] Result<std::optional<Registration>> read_registered(const GraphqlClient& client,
                                                                  const std::string& id,
                                                                  const net::Deadline& deadline);

/// Tells the platform that the connector is alive; the platform also re-declares the queues then.
/// @returns `unknown_connector` when the platform has forgotten it: register again.
[[nodiscard]] Result<void> ping_connector(const GraphqlClient& client, const std::string& id,
                                          const net::Deadline& deadline);

}  // namespace opencti
