#include "storage/redis.hpp"

#include <gmock/gmock.h>

#include <atomic>
#include <thread>

#include "redis_scripts.hpp"
#include "support/log_lines.hpp"
#include "support/private_redis.hpp"
#include "support/tcp_proxy.hpp"
#include "support/wait_until.hpp"

namespace storage {
namespace {

using namespace std::chrono_literals;
using support::PrivateRedis;
using testing::AllOf;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::StartsWith;

// For a server that answers. The limit is long, because the machine may be busy.
constexpr auto timeout = 5s;
constexpr auto short_timeout = 500ms;

constexpr Script add{
    "local before = tonumber(redis.call('GET', KEYS[1]) or '0')\n"
    "redis.call('SET', KEYS[1], before + ARGV[1])\n"
    "return before + ARGV[1]"};

class RedisTest : public testing::Test {
 protected:
  RedisOptions options() const { return options(server.address()); }
  static RedisOptions options(RedisAddress address) {
    return {
        .address = std::move(address), .prefix = "test:", .timeout = timeout, .retry_after = 300ms};
  }
  static std::string error_of(const Result<Reply>& result) {
    return result ? std::string() : result.error().message;
  }
  static bool works(Redis& redis) { return redis.run(put, {"a"}, {"1"}).has_value(); }

  PrivateRedis server;
  support::LogLines lines;
};

TEST_F(RedisTest, RunsAScriptWithKeysAndArguments) {
  Redis redis(options(), lines.log());
  const std::string value("a\0\r\n\xff", 5);
  ASSERT_TRUE(redis.run(put, {"name"}, {value}));
  EXPECT_EQ(redis.run(get, {"name"}, {})->text(), value);
  EXPECT_EQ(redis.run(get, {"other"}, {})->optional_text(), std::nullopt);
  EXPECT_EQ(redis.key("name"), "test:name");
  EXPECT_EQ(server.ask({"KEYS", "*"}), "test:name");
  EXPECT_EQ(redis.problem(), "");
  EXPECT_EQ(lines.all(), "");
}

TEST_F(RedisTest, GivesNumbersTextsAndLists) {
  Redis redis(options(), lines.log());
  const auto reply =
      redis.run({"return {7, 'x', false, {'12', {}}, redis.status_reply('OK')}"}, {}, {});
  ASSERT_TRUE(reply) << reply.error().message;
  EXPECT_EQ(reply->list().size(), 5U);
  EXPECT_EQ(reply->at(0).number(), 7);
  EXPECT_EQ(reply->at(0).number(8, 9), 8);
  EXPECT_EQ(reply->at(0).optional_text(), std::nullopt);
  EXPECT_EQ(reply->at(1).text(), "x");
  EXPECT_EQ(reply->at(1).number(), 0);
  EXPECT_EQ(reply->at(2).optional_text(), std::nullopt);
  EXPECT_EQ(reply->at(3).at(0).number(), 12);
  EXPECT_THAT(reply->at(3).at(1).list(), IsEmpty());
  EXPECT_EQ(reply->at(4).text(), "OK");
  EXPECT_EQ(reply->at(5).at(0).text(), "");
}

TEST_F(RedisTest, CarriesLongTexts) {
  Redis redis(options(), lines.log());
  const std::string value(8'000'000, 'x');
  ASSERT_TRUE(redis.run(put, {"long"}, {value}));
  EXPECT_EQ(redis.run(get, {"long"}, {}, value.size())->text(), value);
}

TEST_F(RedisTest, RunsAScriptAsOneStepForSixteenThreads) {
  Redis redis(options(), lines.log());
  constexpr int threads = 16;
  constexpr int times = 200;
  std::vector<std::thread> running;
  std::atomic<int> failed = 0;
  for (int i = 0; i < threads; ++i) {
    running.emplace_back([&] {
      for (int n = 0; n < times; ++n) {
        if (!redis.run(add, {"sum"}, {"1"})) ++failed;
      }
    });
  }
  for (auto& each : running) each.join();
  EXPECT_EQ(failed, 0) << redis.problem();
  EXPECT_EQ(redis.run(get, {"sum"}, {})->number(), threads * times);
}

TEST_F(RedisTest, KeepsItsConnections) {
  const support::TcpProxy proxy(server.port());
  auto address = server.address();
  address.servers.front().port = proxy.port();
  Redis redis(options(address), lines.log());
  for (int i = 0; i < 20; ++i) ASSERT_TRUE(works(redis));
  EXPECT_EQ(proxy.connections(), 1);
}

TEST_F(RedisTest, NamesItsConnections) {
  Redis redis(options(), lines.log());
  ASSERT_TRUE(works(redis));
  EXPECT_THAT(server.ask({"CLIENT", "LIST"}), HasSubstr("name=test "));
}

TEST_F(RedisTest, SendsAScriptThatTheServerForgot) {
  Redis redis(options(), lines.log());
  ASSERT_TRUE(redis.run(add, {"sum"}, {"1"}));
  server.ask({"SCRIPT", "FLUSH"});
  EXPECT_EQ(redis.run(add, {"sum"}, {"1"})->number(), 2);
  EXPECT_EQ(lines.all(), "");
}

TEST_F(RedisTest, GoesOnAfterARestartOfTheServer) {
  Redis redis(options(), lines.log());
  ASSERT_TRUE(works(redis));
  server.restart();
  EXPECT_TRUE(works(redis)) << redis.problem();
  EXPECT_EQ(lines.all(), "");
}

TEST_F(RedisTest, GoesOnAfterTheServerClosedAnIdleConnection) {
  Redis redis(options(), lines.log());
  ASSERT_TRUE(works(redis));
  server.ask({"CLIENT", "KILL", "TYPE", "normal"});
  EXPECT_TRUE(works(redis)) << redis.problem();
  EXPECT_EQ(lines.all(), "");
}

TEST_F(RedisTest, FailsAtOnceWhileTheServerRestsAndThenComesBack) {
  auto long_rest = options();
  long_rest.retry_after = 2s;
  Redis redis(long_rest, lines.log());
  ASSERT_TRUE(works(redis));
  server.stop();
  const auto first = error_of(redis.run(put, {"a"}, {"1"}));
  EXPECT_THAT(first, AllOf(StartsWith("Redis at 127.0.0.1:"), HasSubstr("Connection refused")));
  EXPECT_EQ(redis.problem(), first);
  server.start();
  EXPECT_FALSE(works(redis));
  EXPECT_TRUE(support::wait_until([&] { return works(redis); }));
  EXPECT_EQ(redis.problem(), "");
}

TEST_F(RedisTest, SaysOnceThatTheServerIsAwayAndOnceThatItIsBack) {
  auto short_rest = options();
  short_rest.retry_after = 10ms;
  Redis redis(short_rest, lines.log());
  server.stop();
  for (int i = 0; i < 20; ++i) {
    EXPECT_FALSE(works(redis));
    std::this_thread::sleep_for(5ms);
  }
  server.start();
  EXPECT_TRUE(support::wait_until([&] { return works(redis); }));
  EXPECT_TRUE(works(redis));
  EXPECT_EQ(lines.count("WARNING", "Redis cannot be used"), 1) << lines.all();
  EXPECT_EQ(lines.count("INFO", "Redis can be used again"), 1) << lines.all();
  EXPECT_EQ(lines.count("", "test"), 2) << lines.all();
}

TEST_F(RedisTest, WaitsForAPausedServerNoLongerThanTheTimeout) {
  auto impatient = options();
  impatient.timeout = short_timeout;
  impatient.retry_after = 2s;
  Redis redis(impatient, lines.log());
  ASSERT_TRUE(works(redis));
  server.pause();
  const auto start = std::chrono::steady_clock::now();
  EXPECT_THAT(
      error_of(redis.run(put, {"a"}, {"2"})),
      AllOf(HasSubstr("within 500 ms"), HasSubstr("unknown whether Redis ran the command")));
  EXPECT_LT(std::chrono::steady_clock::now() - start, 2 * short_timeout);
  const auto later = std::chrono::steady_clock::now();
  EXPECT_FALSE(works(redis));
  EXPECT_LT(std::chrono::steady_clock::now() - later, short_timeout / 2);
  server.resume();
  EXPECT_TRUE(support::wait_until([&] { return works(redis); }));
}

TEST_F(RedisTest, LetsOneCallTryTheServerAfterTheRest) {
  const support::TcpProxy proxy(server.port());
  auto impatient = options();
  impatient.address.servers.front().port = proxy.port();
  impatient.timeout = short_timeout;
  Redis redis(impatient, lines.log());
  ASSERT_TRUE(works(redis));
  server.pause();
  EXPECT_FALSE(works(redis));
  const int before = proxy.connections();
  std::this_thread::sleep_for(impatient.retry_after + 50ms);
  std::vector<std::thread> running;
  for (int i = 0; i < 8; ++i) running.emplace_back([&] { EXPECT_FALSE(works(redis)); });
  for (auto& each : running) each.join();
  EXPECT_EQ(proxy.connections(), before + 1);
  server.resume();
}

TEST_F(RedisTest, SeesEachOutageOnceHoweverManyCallsItBreaks) {
  auto short_rest = options();
  short_rest.retry_after = 50ms;
  Redis redis(short_rest, lines.log());
  std::atomic<bool> over = false;
  std::vector<std::thread> running;
  for (int i = 0; i < 16; ++i) {
    running.emplace_back([&] {
      while (!over) static_cast<void>(works(redis));
    });
  }
  constexpr int outages = 3;
  for (int i = 1; i <= outages; ++i) {
    server.stop();
    EXPECT_TRUE(support::wait_until([&] { return !redis.problem().empty(); }));
    server.start();
    EXPECT_TRUE(support::wait_until([&] { return redis.problem().empty(); }));
  }
  over = true;
  for (auto& each : running) each.join();
  EXPECT_TRUE(works(redis)) << redis.problem();
  EXPECT_EQ(lines.count("WARNING", "Redis cannot be used"), outages) << lines.all();
  EXPECT_EQ(lines.count("INFO", "Redis can be used again"), outages) << lines.all();
}

TEST_F(RedisTest, KeepsTheServerAfterAScriptThatFailed) {
  Redis redis(options(), lines.log());
  EXPECT_THAT(error_of(redis.run({"return redis.call('INCR', KEYS[1], 'x')"}, {"a"}, {})),
              StartsWith("Redis answered: ERR "));
  EXPECT_THAT(redis.problem(), StartsWith("Redis answered: ERR "));
  EXPECT_TRUE(works(redis));
  EXPECT_EQ(redis.problem(), "");
  EXPECT_EQ(lines.all(), "");
}

TEST_F(RedisTest, SaysThatTheMemoryOfTheServerIsFull) {
  Redis redis(options(), lines.log());
  ASSERT_TRUE(works(redis));
  server.ask({"CONFIG", "SET", "maxmemory", "1"});
  EXPECT_EQ(error_of(redis.run(put, {"a"}, {"1"})),
            "the memory of Redis is full: raise its maxmemory");
}

TEST_F(RedisTest, UsesTheDatabaseThatTheAddressNames) {
  auto address = server.address();
  address.database = 3;
  Redis redis(options(address), lines.log());
  ASSERT_TRUE(works(redis));
  EXPECT_EQ(server.ask({"-n", "3", "KEYS", "*"}), "test:a");
  EXPECT_EQ(server.ask({"KEYS", "*"}), "");
  EXPECT_EQ(redis.server(), "127.0.0.1:" + std::to_string(server.port()) + ", database 3");
}

TEST_F(RedisTest, SaysThatThereIsNoSuchDatabase) {
  auto address = server.address();
  address.database = 99;
  Redis redis(options(address), lines.log());
  EXPECT_THAT(error_of(redis.run(put, {"a"}, {"1"})), HasSubstr("DB index is out of range"));
}

TEST_F(RedisTest, SaysThatAReplicaTakesNoWritesAndLeavesIt) {
  const PrivateRedis master;
  Redis redis(options(), lines.log());
  ASSERT_TRUE(works(redis));
  server.ask({"REPLICAOF", "127.0.0.1", std::to_string(master.port())});
  EXPECT_TRUE(support::wait_until(
      [&] {
        return error_of(redis.run(put, {"a"}, {"1"})).find("is a replica") != std::string::npos;
      },
      5s))
      << redis.problem();
  server.ask({"REPLICAOF", "NO", "ONE"});
  EXPECT_TRUE(support::wait_until([&] { return works(redis); })) << redis.problem();
}

class RedisWithPassword : public testing::Test {
 protected:
  std::string error_with(const std::string& user, const std::string& password) {
    auto address = server.address();
    address.user = user;
    address.password = password;
    Redis redis({.address = address, .prefix = "test:", .timeout = timeout}, lines.log());
    const auto result = redis.run(put, {"a"}, {"1"});
    EXPECT_THAT(lines.all() + redis.problem() + redis.server(), Not(HasSubstr("open-sesame")));
    return result ? "" : result.error().message;
  }

  PrivateRedis server{{.password = "open-sesame"}};
  support::LogLines lines;
};

TEST_F(RedisWithPassword, LogsIn) {
  EXPECT_EQ(error_with("", "open-sesame"), "");
  EXPECT_EQ(error_with("default", "open-sesame"), "");
}

TEST_F(RedisWithPassword, SaysThatOneIsMissingOrWrong) {
  EXPECT_THAT(error_with("", ""), StartsWith("Redis requires a password"));
  EXPECT_EQ(error_with("", "open-sesame-2"),
            "Redis rejected the user or the password: check both in the URL");
  EXPECT_EQ(error_with("nobody", "open-sesame-2"),
            "Redis rejected the user or the password: check both in the URL");
}

TEST_F(RedisWithPassword, LogsInAsAUserWithLimitedRights) {
  server.ask({"ACL", "SETUSER", "connector", "on", ">other-word", "~test:*", "+@all", "-@dangerous",
              "+role"});
  EXPECT_EQ(error_with("connector", "other-word"), "");
  server.ask({"ACL", "SETUSER", "connector", "resetkeys", "~elsewhere:*"});
  EXPECT_THAT(error_with("connector", "other-word"),
              StartsWith("Redis does not allow the user what the connector needs"));
  server.ask({"ACL", "SETUSER", "connector", "resetkeys", "~test:*", "-@write"});
  EXPECT_THAT(error_with("connector", "other-word"),
              StartsWith("Redis does not allow the user what the connector needs"));
}

TEST_F(RedisTest, SaysThatTheServerHasNoPassword) {
  auto address = server.address();
  address.password = "open-sesame";
  Redis redis(options(address), lines.log());
  EXPECT_THAT(error_of(redis.run(put, {"a"}, {"1"})), StartsWith("Redis has no password set"));
}

}  // namespace
}  // namespace storage
