// Two replicas on one real Redis server, for tests of the state that replicas share.
#pragma once

#include <gmock/gmock.h>

#include <chrono>
#include <string>
#include <utility>

#include "kaspersky/answer_store.hpp"
#include "storage/replicas.hpp"
#include "support/log_lines.hpp"
#include "support/private_redis.hpp"
#include "support/tcp_proxy.hpp"
#include "support/wait_until.hpp"

namespace support::replicas {

using namespace std::chrono_literals;
using support::wait_until;

inline constexpr std::int64_t today = 20'000;
inline constexpr kaspersky::AnswerStore::Bounds wide{.max_bytes = 1'000'000, .longest = 1h};

/// The parts of one replica's process that share state.
struct Replica {
  Replica(const support::PrivateRedis& server, const telemetry::Log& given_log, std::string name,
          std::chrono::milliseconds heartbeat = 50ms)
      : log(given_log),
        line(server.port()),
        redis({.address = by(line), .prefix = "test:", .timeout = 3s, .retry_after = 20ms}, log),
        replicas(
            {.name = std::move(name), .heartbeat = heartbeat, .quick_heartbeat = 20ms, .lease = 1s},
            redis, log) {}

  static storage::RedisAddress by(const support::TcpProxy& line) {
    storage::RedisAddress address;
    address.servers = {{"127.0.0.1", line.port()}};
    return address;
  }
  void lose_server() {
    line.freeze();
    line.cut();
    EXPECT_TRUE(wait_until([this] { return !redis.problem().empty(); }));
  }
  void find_server() {
    line.thaw();
    EXPECT_TRUE(wait_until([this] { return redis.problem().empty(); }));
  }

  telemetry::Log log;
  support::TcpProxy line;
  storage::Redis redis;
  storage::Replicas replicas;
  storage::Shared shared{redis, replicas};
  storage::Database own{storage::DatabaseOptions{}, log};
};

class SharedStoreTest : public testing::Test {
 protected:
  /// Waits until the replicas know each other.
  void meet() {
    EXPECT_TRUE(wait_until([this] { return a.replicas.alive() == 2 && b.replicas.alive() == 2; }));
  }
  std::string field(const std::string& key, const std::string& name) const {
    return server.ask({"HGET", "test:" + key, name});
  }

  support::PrivateRedis server;
  support::LogLines lines;
  Replica a{server, lines.log(), "a"};
  Replica b{server, lines.log(), "b"};
};

}  // namespace support::replicas
