#include "storage/redis_error_reply.hpp"

#include <gmock/gmock.h>

namespace storage {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

TEST(RedisErrorReply, OfTheServerIsDistinguishedFromOneOfTheStep) {
  EXPECT_TRUE(read_redis_error_reply("LOADING Redis is loading the dataset in memory").of_server);
  EXPECT_TRUE(
      read_redis_error_reply("READONLY You can't write against a read only replica. script: "
                             "4f, on @user_script:1.")
          .of_server);
  EXPECT_TRUE(read_redis_error_reply("BUSY Redis is busy running a script.").of_server);
  EXPECT_FALSE(
      read_redis_error_reply("OOM command not allowed when used memory > 'maxmemory'.").of_server);
  EXPECT_FALSE(
      read_redis_error_reply("MISCONF Redis is configured to save RDB snapshots").of_server);
  EXPECT_FALSE(read_redis_error_reply("ERR wrong number of arguments").of_server);
}

TEST(RedisErrorReply, IsFoundInTheWrappersOfServersBeforeRedis7) {
  const auto error = read_redis_error_reply(
      "ERR Error running script (call to f_4f): @user_script:1: @user_script: 1: -READONLY You "
      "can't write against a read only replica.");
  EXPECT_TRUE(error.of_server);
  EXPECT_THAT(error.message, StartsWith("this Redis is a replica"));
}

TEST(RedisErrorReply, SaysWhatToDo) {
  EXPECT_EQ(read_redis_error_reply("WRONGPASS invalid username-password pair").message,
            "Redis rejected the user or the password: check both in the URL");
  EXPECT_EQ(read_redis_error_reply("ERR invalid password").message,
            "Redis rejected the user or the password: check both in the URL");
  EXPECT_THAT(read_redis_error_reply("MOVED 1 10.0.0.1:6379").message,
              StartsWith("Redis Cluster is not supported"));
  EXPECT_THAT(read_redis_error_reply("ERR SELECT is not allowed in cluster mode").message,
              StartsWith("Redis Cluster is not supported"));
  EXPECT_THAT(read_redis_error_reply("DENIED Redis is running in protected mode").message,
              HasSubstr("protected mode"));
}

TEST(RedisErrorReply, NamesTheRightsThatAreMissingHoweverAServerSaysSo) {
  for (const auto* answer :
       {"NOPERM this user has no permissions to run the 'evalsha' command",
        "ERR The user executing the script can't run this command or subcommand script: 4f",
        "ERR ACL failure in script: User connector has no permissions to run the 'set' command"}) {
    EXPECT_THAT(read_redis_error_reply(answer).message, HasSubstr("grant it")) << answer;
    EXPECT_FALSE(read_redis_error_reply(answer).of_server) << answer;
  }
}

TEST(RedisErrorReply, HasTheCodeOfTheAnswer) {
  EXPECT_EQ(read_redis_error_reply("NOSCRIPT No matching script.").code, "NOSCRIPT");
  EXPECT_EQ(read_redis_error_reply("NOSCRIPT").code, "NOSCRIPT");
  EXPECT_EQ(read_redis_error_reply("").code, "");
  EXPECT_EQ(read_redis_error_reply(std::string(1000, 'x')).code.size(), 30U);
}

TEST(RedisErrorReply, ShowsAtMost200PrintableCharacters) {
  EXPECT_EQ(read_redis_error_reply("ERR a\n\x1b[31m\xC3\xA9").message,
            "Redis answered: ERR a??[31m??");
  EXPECT_EQ(printable(std::string(200, 'x')), std::string(200, 'x'));
  EXPECT_EQ(printable(std::string(100'000, 'x')), std::string(197, 'x') + "...");
  EXPECT_EQ(printable(std::string(300, '\xFF')).size(), 200U);
  EXPECT_LE(printable(std::string(300, '\x80')).size(), 200U);
}

}  // namespace
}  // namespace storage
