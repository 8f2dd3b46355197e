// Where a Redis or Valkey server is, as a setting names it.
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
///   `rediss+sentinel://`: the Sentinels there are asked for the master `name` at each connect.
///   User and password are those of the server, and TLS is used with Sentinels and server.
///
/// In user and password each byte may be written as `%` and two hexadecimal digits; `@`, `/`, `?`,
/// `#` and `%` must be.
struct RedisAddress {
  /// One server, or the Sentinels.
  std::vector<RedisServer> servers;
  /// The master's name, where `servers` are Sentinels; otherwise empty.
  std::string master;
  /// Empty: the default user.
  std::string user;
  std::string password;
  int database = 0;
  bool tls = false;
  /// Of TLS, each a path or PEM text; empty when not set. Without `ca` the system's certificates
  /// are trusted.
  std::string ca;
  std::string certificate;
  std::string key;
};

/// @returns on failure what follows the name of the setting, `must name a host`; it shows nothing
/// of the URL, any part of which could be the password
[[nodiscard]] tl::expected<RedisAddress, std::string> read_redis_address(std::string_view url);

/// `redis.example:6379`, `[::1]:6379`
[[nodiscard]] std::string shown(const RedisServer& server);

}  // namespace storage
