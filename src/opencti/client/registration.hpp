// The calls that register the connector with the platform and keep it registered, for presence.hpp.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "net/amqp/broker.hpp"
#include "opencti/client/graphql.hpp"

namespace opencti {

/// The connector's identity on the platform.
struct Identity {
  std::string id;
  std::string name;
  /// Types of objects that it enriches, in OpenCTI's names.
  std::vector<std::string> scope;
  /// Enrich new objects automatically.
  bool automatic = false;
  /// Enrich changed objects automatically.
  bool on_update = false;
  /// `none` or `stix_bundle`.
  std::string resolution = "none";
  bool only_contextual = false;
  /// The program's version, and its name in OpenCTI's catalog. Sent to platforms that accept them;
  /// may be empty.
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

/// The platform's response: where to consume and where to publish.
struct Registration {
  std::string platform_version;
  /// The token's user, in whose name results are imported.
  std::string user_id;
  /// The broker's address as seen by the platform; the connector's settings may override it.
  net::AmqpAddress broker;
  std::string listen_queue;
  std::string push_exchange;
  std::string push_routing;
  /// Set only if it was requested and sent.
  std::optional<Storage> storage;
  /// The keys for tokens of posted messages, as JSON text; requested only with a callback_url.
  std::string jwks = {};

  bool operator==(const Registration&) const = default;
};

/// Reads the platform's version, then registers. A repeated registration is an update.
/// @param with_storage requests Registration::storage too; platforms that do not have it leave it
/// empty
[[nodiscard]] Result<Registration> register_connector(const GraphqlClient& client,
                                                      const Identity& identity, bool with_storage,
                                                      const net::Deadline& deadline);

/// The platform's version, from an authenticated request.
[[nodiscard]] Result<std::string> read_version(const GraphqlClient& client,
                                               const net::Deadline& deadline);

/// The response to a registration, read without registering; nothing if the platform does not know
/// the connector. Without version, storage and keys.
[[nodiscard]] Result<std::optional<Registration>> read_registered(const GraphqlClient& client,
                                                                  const std::string& id,
                                                                  const net::Deadline& deadline);

/// Reports to the platform that the connector is alive; the platform then also declares the queues
/// again.
/// @returns `unknown_connector` if the platform has forgotten it: register again
[[nodiscard]] Result<void> ping_connector(const GraphqlClient& client, const std::string& id,
                                          const net::Deadline& deadline);

}  // namespace opencti
