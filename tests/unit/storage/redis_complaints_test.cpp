#include "storage/redis_complaints.hpp"

#include <gmock/gmock.h>

namespace storage {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

TEST(RedisComplaint, OfTheServerIsToldFromOneOfTheStep) {
  EXPECT_TRUE(read_redis_complaint("LOADING Redis is loading the dataset in memory").of_server);
  EXPECT_TRUE(read_redis_complaint("READONLY You can't write against a read only replica. script: "
                                   "4f, on @user_script:1.")
                  .of_server);
  EXPECT_TRUE(read_redis_complaint("BUSY Redis is busy running a script.").of_server);
  EXPECT_FALSE(
      read_redis_complaint("OOM command not allowed when used memory > 'maxmemory'.").of_server);
  EXPECT_FALSE(read_redis_complaint("MISCONF Redis is configured to save RDB snapshots").of_server);
  EXPECT_FALSE(read_redis_complaint("ERR wrong number of arguments").of_server);
}

TEST(RedisComplaint, IsFoundInWhatServersBeforeRedis7WrapItIn) {
  const auto complaint = read_redis_complaint(
      "ERR Error running script (call to f_4f): @user_script:1: @user_script: 1: -READONLY You "
      "can't write against a read only replica.");
  EXPECT_TRUE(complaint.of_server);
  EXPECT_THAT(complaint.message, StartsWith("this Redis is a replica"));
}

TEST(RedisComplaint, SaysWhatToDo) {
  EXPECT_EQ(read_redis_complaint("WRONGPASS invalid username-password pair").message,
            "Redis rejected the user or the password: check both in the URL");
  EXPECT_EQ(read_redis_complaint("ERR invalid password").message,
            "Redis rejected the user or the password: check both in the URL");
  EXPECT_THAT(read_redis_complaint("MOVED 1 10.0.0.1:6379").message,
              StartsWith("Redis Cluster is not supported"));
  EXPECT_THAT(read_redis_complaint("ERR SELECT is not allowed in cluster mode").message,
              StartsWith("Redis Cluster is not supported"));
  EXPECT_THAT(read_redis_complaint("DENIED Redis is running in protected mode").message,
              HasSubstr("protected mode"));
}

TEST(RedisComplaint, NamesTheRightsThatAreMissingHoweverAServerSaysSo) {
  for (const auto* answer :
       {"NOPERM this user has no permissions to run the 'evalsha' command",
        "ERR The user executing the script can't run this command or subcommand script: 4f",
        "ERR ACL failure in script: User connector has no permissions to run the 'set' command"}) {
    EXPECT_THAT(read_redis_complaint(answer).message, HasSubstr("grant it")) << answer;
    EXPECT_FALSE(read_redis_complaint(answer).of_server) << answer;
  }
}

TEST(RedisComplaint, HasTheCodeOfTheAnswer) {
  EXPECT_EQ(read_redis_complaint("NOSCRIPT No matching script.").code, "NOSCRIPT");
  EXPECT_EQ(read_redis_complaint("NOSCRIPT").code, "NOSCRIPT");
  EXPECT_EQ(read_redis_complaint("").code, "");
  EXPECT_EQ(read_redis_complaint(std::string(1000, 'x')).code.size(), 30U);
}

TEST(RedisComplaint, ShowsAtMost200PrintableCharacters) {
  EXPECT_EQ(read_redis_complaint("ERR a\n\x1b[31m\xC3\xA9").message,
            "Redis answered: ERR a??[31m??");
  EXPECT_EQ(printable(std::string(200, 'x')), std::string(200, 'x'));
  EXPECT_EQ(printable(std::string(100'000, 'x')), std::string(197, 'x') + "...");
  EXPECT_EQ(printable(std::string(300, '\xFF')).size(), 200U);
  EXPECT_LE(printable(std::string(300, '\x80')).size(), 200U);
}

}  // namespace
}  // namespace storage
