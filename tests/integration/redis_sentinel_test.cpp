#include <fmt/format.h>
#include <gmock/gmock.h>

#include "redis_scripts.hpp"
#include "support/http_server.hpp"
#include "support/log_lines.hpp"
#include "support/private_redis.hpp"
#include "support/raw_server.hpp"
#include "support/wait_until.hpp"

namespace storage {
namespace {

using namespace std::chrono_literals;
using support::PrivateRedis;
using support::PrivateSentinel;
using testing::AllOf;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

class RedisBySentinel : public testing::Test {
 protected:
  static RedisOptions options(RedisAddress address) {
    return {.address = std::move(address), .prefix = "test:", .timeout = 3s, .retry_after = 100ms};
  }
  static std::string error_of(const Result<Reply>& result) {
    return result ? std::string() : result.error().message;
  }
  static bool works(Redis& redis) { return redis.run(put, {"a"}, {"1"}).has_value(); }
  static std::string make_replica(const PrivateRedis& replica, const PrivateRedis& master) {
    return replica.ask({"REPLICAOF", "127.0.0.1", std::to_string(master.port())});
  }
  /// A Sentinel that names this server as the master, whether it is one or not.
  static support::RawServer::Answer naming(const std::string& host, const std::string& port) {
    return
        [answer = fmt::format("*2\r\n${}\r\n{}\r\n${}\r\n{}\r\n", host.size(), host, port.size(),
                              port)](const support::RawServer::Send& send) { return send(answer); };
  }

  support::LogLines lines;
};

TEST_F(RedisBySentinel, UsesTheMaster) {
  const PrivateRedis master;
  const PrivateSentinel sentinel(master);
  Redis redis(options(sentinel.address()), lines.log());
  EXPECT_EQ(redis.server(),
            fmt::format("master mymaster of 127.0.0.1:{}, database 0", sentinel.port()));
  ASSERT_TRUE(works(redis)) << redis.problem();
  EXPECT_EQ(master.ask({"GET", "test:a"}), "1");
  EXPECT_EQ(redis.server(),
            fmt::format("127.0.0.1:{} (master mymaster), database 0", master.port()));
}

TEST_F(RedisBySentinel, AsksTheNextSentinelWhereOneIsAwayOrWrong) {
  const PrivateRedis master;
  const PrivateRedis replica;
  make_replica(replica, master);
  const PrivateSentinel sentinel(master);
  const support::RawServer stale(naming("127.0.0.1", std::to_string(replica.port())));
  const support::RawServer broken(naming("127.0.0.1", "0"));
  auto address = sentinel.address();
  address.servers = {{"127.0.0.1", support::unused_port()},
                     {"127.0.0.1", stale.port()},
                     {"127.0.0.1", broken.port()},
                     {"127.0.0.1", sentinel.port()}};
  Redis redis(options(address), lines.log());
  EXPECT_TRUE(works(redis)) << redis.problem();
  EXPECT_EQ(lines.all(), "");

  address.servers.pop_back();
  Redis lost(options(address), lines.log());
  EXPECT_THAT(
      error_of(lost.run(put, {"a"}, {"1"})),
      AllOf(StartsWith("no Sentinel reports the master mymaster ("),
            HasSubstr("Connection refused"),
            HasSubstr(fmt::format("127.0.0.1:{} is not the master; ", replica.port())),
            HasSubstr(fmt::format("127.0.0.1:{}: it does not know the master)", broken.port()))));
}

TEST_F(RedisBySentinel, SaysThatTheMasterIsNotKnown) {
  const PrivateRedis master;
  const PrivateSentinel sentinel(master);
  auto address = sentinel.address();
  address.master = "other";
  Redis redis(options(address), lines.log());
  EXPECT_THAT(error_of(redis.run(put, {"a"}, {"1"})),
              AllOf(StartsWith("no Sentinel reports the master other ("),
                    HasSubstr("it does not know the master")));
}

TEST_F(RedisBySentinel, RejectsTextThatIsNotAnAddress) {
  for (const auto& [host, port] : std::vector<std::pair<std::string, std::string>>{
           {"", "1"}, {"a b", "1"}, {"\x1b[2J", "1"}, {std::string(1000, 'a'), "1"}, {"a", "x"}}) {
    const support::RawServer sentinel(naming(host, port));
    RedisAddress address;
    address.servers = {{"127.0.0.1", sentinel.port()}};
    address.master = "mymaster";
    Redis redis(options(address), lines.log());
    EXPECT_THAT(error_of(redis.run(put, {"a"}, {"1"})), HasSubstr("it does not know the master"));
  }
}

TEST_F(RedisBySentinel, LogsInToTheServerAndToASentinelThatAsksForIt) {
  const PrivateRedis master({.password = "open-sesame"});
  for (const bool asks : {false, true}) {
    const PrivateSentinel sentinel(master, {.password = "open-sesame", .asks_for_password = asks});
    Redis redis(options(sentinel.address()), lines.log());
    EXPECT_TRUE(works(redis)) << redis.problem();

    auto address = sentinel.address();
    address.password = "open-sesame-2";
    Redis wrong(options(address), lines.log());
    EXPECT_THAT(error_of(wrong.run(put, {"a"}, {"1"})),
                AllOf(HasSubstr("rejected the user or the password"), Not(HasSubstr("sesame"))));
  }
}

TEST_F(RedisBySentinel, FollowsAFailover) {
  PrivateRedis master;
  const PrivateRedis replica;
  make_replica(replica, master);
  const PrivateSentinel sentinel(master);
  ASSERT_TRUE(support::wait_until([&] { return !sentinel.ask({"REPLICAS", "mymaster"}).empty(); }));
  Redis redis(options(sentinel.address()), lines.log());
  ASSERT_TRUE(redis.run(put, {"kept"}, {"yes"})) << redis.problem();
  ASSERT_TRUE(support::wait_until([&] { return replica.ask({"GET", "test:kept"}) == "yes"; }));

  master.stop();
  EXPECT_FALSE(works(redis));
  EXPECT_TRUE(support::wait_until([&] { return works(redis); }, 30s)) << redis.problem();
  EXPECT_EQ(redis.run(get, {"kept"}, {})->text(), "yes");
  EXPECT_EQ(redis.server(),
            fmt::format("127.0.0.1:{} (master mymaster), database 0", replica.port()));
  EXPECT_EQ(lines.count("WARNING", "Redis cannot be used"), 1) << lines.all();
  EXPECT_EQ(lines.count("INFO", "Redis can be used again"), 1) << lines.all();
}

}  // namespace
}  // namespace storage
