// A Redis server, or a Sentinel, for one test: on a free port, in a temporary folder, without
// persistence.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "storage/redis_address.hpp"
#include "support/temporary_folder.hpp"
#include "support/tls_identity.hpp"

namespace support {

struct PrivateRedisOptions {
  /// The password of the default user; may be empty.
  std::string password = {};
  /// More lines of redis.conf.
  std::vector<std::string> settings = {};
  /// Adds a port with TLS and this certificate, which requires no client certificate.
  std::optional<TlsIdentity> identity = {};
  bool sentinel = false;
};

/// Throws an exception if something fails, because a test cannot continue without its server. The
/// server ends with the thread that started it, also if the test is killed; so that thread must
/// outlive this object.
class PrivateRedis final {
 public:
  explicit PrivateRedis(PrivateRedisOptions options = {});
  ~PrivateRedis();
  PrivateRedis(const PrivateRedis&) = delete;
  PrivateRedis& operator=(const PrivateRedis&) = delete;

  [[nodiscard]] std::uint16_t port() const { return port_; }
  [[nodiscard]] std::uint16_t tls_port() const { return tls_port_; }
  /// The address with the password, without TLS.
  [[nodiscard]] storage::RedisAddress address() const;

  /// Kills the server, with all its data. Does nothing if it does not run.
  void stop();
  /// Starts the server again on the same port, without data. Returns when it answers.
  void start();
  void restart() {
    stop();
    start();
  }
  /// Pauses the server: it answers nothing, and its connections stay open.
  void pause() const;
  void resume() const;

  /// Returns what redis-cli prints for a command, without the line end.
  std::string ask(const std::vector<std::string>& command) const;

 private:
  void choose_ports();
  void write_configuration() const;
  [[nodiscard]] bool run();
  [[nodiscard]] bool answers() const;

  PrivateRedisOptions options_;
  TemporaryFolder folder_;
  std::uint16_t port_ = 0;
  std::uint16_t tls_port_ = 0;
  pid_t pid_ = 0;
};

struct PrivateSentinelOptions {
  std::string master = "mymaster";
  /// The password of the master and the replicas; may be empty.
  std::string password = {};
  /// Whether the Sentinel requires the same password.
  bool asks_for_password = false;
};

/// A Sentinel that watches a master, and elects another one when the master has been away for half
/// a second. It is the majority on its own.
class PrivateSentinel final {
 public:
  explicit PrivateSentinel(const PrivateRedis& master, PrivateSentinelOptions options = {});

  [[nodiscard]] std::uint16_t port() const { return process_.port(); }
  /// The address of the master, through this Sentinel.
  [[nodiscard]] storage::RedisAddress address() const;
  [[nodiscard]] PrivateRedis& process() { return process_; }
  /// Returns what redis-cli prints for `SENTINEL` and these words.
  std::string ask(std::vector<std::string> words) const;
  /// The port of the master, as the Sentinel sees it.
  [[nodiscard]] std::uint16_t master_port() const;

 private:
  PrivateSentinelOptions options_;
  PrivateRedis process_;
};

}  // namespace support
