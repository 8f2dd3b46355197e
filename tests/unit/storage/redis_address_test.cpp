#include "storage/redis_address.hpp"

#include <gmock/gmock.h>

namespace storage {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

RedisAddress read(std::string_view url) {
  const auto address = read_redis_address(url);
  EXPECT_TRUE(address) << url << " " << (address ? "" : address.error());
  return address.value_or(RedisAddress{});
}

std::string error_of(std::string_view url) {
  const auto address = read_redis_address(url);
  return address ? "" : address.error();
}

TEST(RedisAddress, HasDefaults) {
  const auto address = read("redis://redis");
  EXPECT_THAT(address.servers, ElementsAre(RedisServer{"redis", 6379}));
  EXPECT_EQ(address.master, "");
  EXPECT_EQ(address.user, "");
  EXPECT_EQ(address.password, "");
  EXPECT_EQ(address.database, 0);
  EXPECT_FALSE(address.tls);
  EXPECT_THAT(read("redis+sentinel://a/m").servers, ElementsAre(RedisServer{"a", 26379}));
}

TEST(RedisAddress, HoldsEachPart) {
  const auto address = read("REDISS://connector:p%40%2F%00:%C3%A9@redis.example:6380/65535");
  EXPECT_THAT(address.servers, ElementsAre(RedisServer{"redis.example", 6380}));
  EXPECT_EQ(address.user, "connector");
  EXPECT_EQ(address.password, std::string("p@/\0:\xC3\xA9", 7));
  EXPECT_EQ(address.database, 65535);
  EXPECT_TRUE(address.tls);
}

TEST(RedisAddress, MayHaveAPasswordWithoutAUser) {
  const auto address = read("redis://:secret@10.0.0.1/");
  EXPECT_EQ(address.user, "");
  EXPECT_EQ(address.password, "secret");
  EXPECT_THAT(address.servers, ElementsAre(RedisServer{"10.0.0.1", 6379}));
}

TEST(RedisAddress, TakesIpv6AddressesInBrackets) {
  EXPECT_THAT(read("redis://[::1]").servers, ElementsAre(RedisServer{"::1", 6379}));
  EXPECT_THAT(read("redis://:x@[2001:db8::1]:1/2").servers,
              ElementsAre(RedisServer{"2001:db8::1", 1}));
  EXPECT_EQ(shown({"2001:db8::1", 1}), "[2001:db8::1]:1");
  EXPECT_EQ(shown({"redis", 6379}), "redis:6379");
}

TEST(RedisAddress, NamesSentinelsAndTheMaster) {
  const auto address = read("rediss+sentinel://u:p@a,b:1,[::1]:2/my-master_1.x/7");
  EXPECT_THAT(address.servers,
              ElementsAre(RedisServer{"a", 26379}, RedisServer{"b", 1}, RedisServer{"::1", 2}));
  EXPECT_EQ(address.master, "my-master_1.x");
  EXPECT_EQ(address.database, 7);
  EXPECT_TRUE(address.tls);
  EXPECT_EQ(read("redis+sentinel://a/m/").database, 0);
}

TEST(RedisAddress, SaysWhatIsWrong) {
  const auto begin = "must begin with redis://, rediss://, redis+sentinel:// or rediss+sentinel://";
  const auto port = "must have a number from 1 to 65535 as a port";
  const auto host = "must have a name or an IP address as its host";
  const auto database = "must have a number from 0 to 65535 as its database";
  const auto encoded = "must have %40 for @, and %2F for /, in user and password";
  const auto several = "must name one server, or Sentinels with redis+sentinel://";
  const auto master = "must have the name of the master after the Sentinels, such as /mymaster";
  for (const auto& [url, error] : std::vector<std::pair<std::string, std::string>>{
           {"", begin},
           {"redis", begin},
           {"redis:/host", begin},
           {"http://host", begin},
           {"://host", begin},
           {"redis://", "must name a host"},
           {"redis:///1", "must name a host"},
           {"redis://:6379", "must name a host"},
           {"redis://:secret@", "must name a host"},
           {"redis+sentinel://a,,b/m", "must name a host"},
           {"redis://a_b%41", host},
           {"redis://" + std::string(254, 'a'), host},
           {"redis://a:", port},
           {"redis://a:0", port},
           {"redis://a:65536", port},
           {"redis://a:+1", port},
           {"redis://a:99999999999999999999", port},
           {"redis://[::1]6379", port},
           {"redis://::1", "must have an IPv6 address in brackets, and an @ after a password"},
           {"redis://[::1", "must close the bracket of an IPv6 address"},
           {"redis://[fe80::1%25eth0]", "must have an IPv6 address in the brackets"},
           {"redis://[10.0.0.1]", "must have an IPv6 address in the brackets"},
           {"redis://a/x", database},
           {"redis://a/-1", database},
           {"redis://a/65536", database},
           {"redis://a/1/2", database},
           {"redis+sentinel://a/m/x", database},
           {"redis://a,b", several},
           {"redis+sentinel://a", master},
           {"redis+sentinel://a/", master},
           {"redis+sentinel://a/my%20master", master},
           {"redis://user@a", "must have a password after the user: user:password@, or :password@"},
           {"redis://user:@a",
            "must not have an empty password: leave out what is before the @, and the @"},
           {"redis://:50%@a",
            "must have two hexadecimal digits after each % in user and password: write % as %25"},
           {"redis://:a@b@c", encoded},
           {"redis://:a/b@c", encoded},
           {"redis://:a#b@c", "must not have a ? or a #: in a password write them as %3F and %23"},
           {"redis://a?db=1", "must not have a ? or a #: in a password write them as %3F and %23"},
           {"redis://a b", "must not have a blank or a control character"},
           {"redis://a\n", "must not have a blank or a control character"},
           {"redis://:" + std::string(9000, 'x') + "@a", "must not be longer than 8192 bytes"},
       }) {
    EXPECT_EQ(error_of(url), error) << url;
  }
}

TEST(RedisAddress, ShowsNothingOfTheUrlInAnError) {
  for (const auto* url :
       {"redis://:zzz/zzz@host", "redis://:zzz@zzz@host", "redis://user:zzz", "redis://zzz:zzz:1",
        "redis://zzz@host", "redis://:zzz#@host", "zzz://zzz", "redis://a/zzz", "redis://:%zz@a"}) {
    EXPECT_NE(error_of(url), "") << url;
    EXPECT_THAT(error_of(url), Not(HasSubstr("zz"))) << url;
  }
}

}  // namespace
}  // namespace storage
