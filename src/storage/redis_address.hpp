// The address of a Redis or Valkey server, as in a setting.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <tl/expected.hpp>

namespace storage {

struct RedisServer {
  /// A name or an IP address, an IPv6 address without its brackets.
  std::string host;
  std::uint16_t port = 0;

  bool operator==(const RedisServer&) const = default;
};

/// Read from a URL:
///
/// - `redis://[[user]:password@]host[:6379][/database]`, and `rediss://` with TLS
/// - `redis+sentinel://[[user]:password@]host[:26379][,host…]/name[/database]`, and
///   `rediss+sentinel://`: each connect asks these Sentinels for the master `name`.
///   User and password are for the server; TLS is used with Sentinels and server.
///
/// In user and password each byte may be written as `%` and two hexadecimal digits; `@`, `/`, `?`,
/// `#` and `%` must be written so.
struct RedisAddress {
  /// One server, or the Sentinels.
  std::vector<RedisServer> servers;
  /// The master's name, if `servers` are Sentinels; otherwise empty.
  std::string master;
  /// Empty: the default user.
  std::string user;
  std::string password;
  int database = 0;
  bool tls = false;
  /// For TLS, each a path or PEM text; empty if not set. Without `ca` the system's certificates are
  /// trusted.
  std::string ca;
  std::string certificate;
  std::string key;
};

/// @returns on failure a predicate whose subject is the setting: `must name a host`. It shows no
/// part of the URL, because any part could be the password.
[[nodiscard]] tl::expected<RedisAddress, std::string> read_redis_address(std::string_view url);

/// `redis.example:6379`, `[::1]:6379`
[[nodiscard]] std::string shown(const RedisServer& server);

}  // namespace storage
