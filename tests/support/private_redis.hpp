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
  /// Of the default user; may be empty.
  std::string password = {};
  /// Further lines of redis.conf.
  std::vector<std::string> settings = {};
  /// Adds a port with TLS, which needs no certificate of the client, and trusts this one.
  std::optional<TlsIdentity> identity = {};
  bool sentinel = false;
};

/// Throws if something fails: a test cannot continue without its server. The thread that starts it
/// must outlive it: the server ends with that thread, also when the test is killed.
class PrivateRedis final {
 public:
  explicit PrivateRedis(PrivateRedisOptions options = {});
  ~PrivateRedis();
  PrivateRedis(const PrivateRedis&) = delete;
  PrivateRedis& operator=(const PrivateRedis&) = delete;

  [[nodiscard]] std::uint16_t port() const { return port_; }
  [[nodiscard]] std::uint16_t tls_port() const { return tls_port_; }
  /// With the password, without TLS.
  [[nodiscard]] storage::RedisAddress address() const;

  /// Kills it, with all its data. Does nothing if it does not run.
  void stop();
  /// Again on the same port, empty. Returns once it answers.
  void start();
  void restart() {
    stop();
    start();
  }
  /// Pauses it: it answers nothing, and its connections stay open.
  void pause() const;
  void resume() const;

  /// What redis-cli prints for a command, without the line's end.
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
  /// Of master and replicas; may be empty.
  std::string password = {};
  /// The Sentinel asks for the same password.
  bool asks_for_password = false;
};

/// A Sentinel that watches a master, and takes another one after half a second without it. Alone it
/// is the majority.
class PrivateSentinel final {
 public:
  explicit PrivateSentinel(const PrivateRedis& master, PrivateSentinelOptions options = {});

  [[nodiscard]] std::uint16_t port() const { return process_.port(); }
  /// Of the master, by this Sentinel.
  [[nodiscard]] storage::RedisAddress address() const;
  [[nodiscard]] PrivateRedis& process() { return process_; }
  /// What redis-cli prints for `SENTINEL` and these words.
  std::string ask(std::vector<std::string> words) const;
  /// The port of the master, as the Sentinel sees it.
  [[nodiscard]] std::uint16_t master_port() const;

 private:
  PrivateSentinelOptions options_;
  PrivateRedis process_;
};

}  // namespace support
