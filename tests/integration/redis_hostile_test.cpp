#include <gmock/gmock.h>

#include <thread>

#include "storage/redis.hpp"
#include "support/log_lines.hpp"
#include "support/raw_server.hpp"

namespace storage {
namespace {

using namespace std::chrono_literals;
using support::RawServer;
using testing::AllOf;
using testing::EndsWith;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

// For a server that answers. The limit is long, because the machine may be busy.
constexpr auto long_timeout = 5s;
constexpr auto silence = 700ms;
constexpr std::size_t longest_answer = 1'000'000;
constexpr Script anything{"return 1"};

class HostileRedis : public testing::Test {
 protected:
  RedisOptions options_for(const RawServer& server) const {
    RedisAddress address;
    address.servers = {{"127.0.0.1", server.port()}};
    address.password = password;
    return {.address = address, .timeout = timeout, .longest_answer = longest_answer};
  }

  /// Calls a server that answers with these bytes.
  Result<Reply> answered(const std::string& bytes) {
    const RawServer server([&](const RawServer::Send& send) { return send(bytes); });
    Redis redis(options_for(server), lines.log());
    auto result = redis.run(anything, {}, {}, expected);
    EXPECT_EQ(result.has_value(), redis.problem().empty());
    return result;
  }
  std::string error_of(const std::string& bytes) {
    const auto result = answered(bytes);
    return result ? "" : result.error().message;
  }

  std::string password;
  std::optional<std::size_t> expected = longest_answer;
  std::chrono::milliseconds timeout = long_timeout;
  support::LogLines lines;
};

TEST_F(HostileRedis, IsNotTakenForOne) {
  for (const std::string bytes :
       {"HTTP/1.1 400 Bad Request\r\n\r\n", "garbage", "\x16\x03\x01\x02", "\r\n\r\n", "$x\r\n",
        "$-2\r\n", "*-2\r\n", ":\r\n", ":12x\r\n", ":99999999999999999999999\r\n",
        "$99999999999999999999\r\n", "*99999999999999999999\r\n", "*1\r\n!x\r\n"}) {
    EXPECT_THAT(error_of(bytes), StartsWith("what answers is not Redis (")) << bytes;
  }
  EXPECT_THAT(error_of(std::string(64, '\0')), StartsWith("what answers is not Redis ("));
}

TEST_F(HostileRedis, MayNotAnswerMoreThanWasAsked) {
  EXPECT_THAT(error_of("+OK\r\n+OK\r\n"), HasSubstr("sends more than one answer"));
  EXPECT_THAT(error_of("+OK\r\n\r\n"), HasSubstr("sends more than one answer"));
}

TEST_F(HostileRedis, MayAnnounceAnyLengthWithoutCostingMemory) {
  timeout = silence;
  for (const std::string bytes : {"$2147483647\r\nx", "$9223372036854775807\r\nx",
                                  "$9223372036854775000\r\nx", "$512000000\r\nx"}) {
    const auto error = error_of(bytes);
    EXPECT_THAT(error, testing::AnyOf(HasSubstr("within 700 ms"), StartsWith("what answers is")))
        << bytes;
  }
}

TEST_F(HostileRedis, MayNotHaveTooManyElementsOrLevels) {
  const auto error = "Redis answered with more than 62500 elements or 8 levels";
  EXPECT_THAT(error_of("*100001\r\n"), StartsWith(error));
  EXPECT_THAT(error_of("*2147483647\r\n"), StartsWith(error));
  EXPECT_THAT(error_of("*2\r\n*60000\r\n" + std::string(60'000 * 5, ' ')),
              StartsWith("what answers is not Redis"));
  std::string wide = "*2\r\n*60000\r\n";
  for (int i = 0; i < 60'000; ++i) wide += ":1\r\n";
  EXPECT_THAT(error_of(wide + "*60000\r\n"), StartsWith(error));

  std::string deep;
  for (int i = 0; i < 8; ++i) deep += "*1\r\n";
  EXPECT_THAT(error_of("*1\r\n" + deep + ":1\r\n"),
              testing::AnyOf(StartsWith(error), StartsWith("what answers is not Redis")));
  for (int i = 0; i < 10'000; ++i) deep += "*1\r\n";
  EXPECT_THAT(error_of(deep),
              testing::AnyOf(StartsWith(error), StartsWith("what answers is not Redis")));
}

TEST_F(HostileRedis, MayNotAnswerWithMoreThanTheScriptCanReturn) {
  const auto text = [](std::size_t size) {
    return "$" + std::to_string(size) + "\r\n" + std::string(size, 'x') + "\r\n";
  };
  expected.reset();
  EXPECT_EQ(answered(text(16'000))->text().size(), 16'000U);
  EXPECT_THAT(error_of(text(100'000)), StartsWith("Redis answered with more than 16384 bytes"));
  EXPECT_THAT(error_of("*2000\r\n"), StartsWith("Redis answered with more than 1024 elements"));

  expected = 100'000;
  EXPECT_EQ(answered(text(300'000))->text().size(), 300'000U);
  EXPECT_THAT(error_of(text(500'000)), StartsWith("Redis answered with more than 362144 bytes"));
}

TEST_F(HostileRedis, MayNotSendWithoutEnd) {
  const std::string some(100'000, 'x');
  for (const auto* begin : {"$900000000\r\n", "+"}) {
    const RawServer server([&](const RawServer::Send& send) {
      bool open = send(begin);
      while (open) open = send(some);
      return open;
    });
    Redis redis(options_for(server), lines.log());
    const auto result = redis.run(anything, {}, {}, expected);
    ASSERT_FALSE(result);
    EXPECT_THAT(result.error().message, StartsWith("Redis answered with more than 1000000 bytes"));
  }
}

TEST_F(HostileRedis, MayNotKeepACallByOneByteAtATime) {
  timeout = silence;
  const RawServer server([&](const RawServer::Send& send) {
    bool open = send("+");
    for (; open; open = send("x")) std::this_thread::sleep_for(timeout / 10);
    return open;
  });
  Redis redis(options_for(server), lines.log());
  const auto start = std::chrono::steady_clock::now();
  const auto result = redis.run(anything, {}, {}, expected);
  EXPECT_LT(std::chrono::steady_clock::now() - start, 3 * timeout);
  ASSERT_FALSE(result);
  EXPECT_THAT(result.error().message, HasSubstr("within 700 ms"));
}

TEST_F(HostileRedis, MayEndAtAnyPoint) {
  for (const std::string bytes : {"", "*", "*2\r\n:1\r\n", "$5\r\nab"}) {
    const RawServer server([&](const RawServer::Send& send) { return send(bytes) && false; });
    Redis redis(options_for(server), lines.log());
    const auto result = redis.run(anything, {}, {}, expected);
    ASSERT_FALSE(result);
    EXPECT_THAT(result.error().message,
                AllOf(StartsWith("Redis closed the connection"), HasSubstr("is unknown whether")));
  }
}

TEST_F(HostileRedis, MayNotSpeakALaterProtocol) {
  for (const std::string bytes :
       {"%1\r\n+a\r\n:1\r\n", "~1\r\n:1\r\n", ",1.5\r\n", "#t\r\n", ">1\r\n+message\r\n", "(12\r\n",
        "=5\r\ntxt:a\r\n", "*1\r\n,1.5\r\n"}) {
    EXPECT_THAT(error_of(bytes), Not(testing::IsEmpty())) << bytes;
  }
}

TEST_F(HostileRedis, MayForgetEachScriptAtOnce) {
  EXPECT_EQ(error_of("-NOSCRIPT No matching script.\r\n"),
            "Redis answered: NOSCRIPT No matching script.");
}

TEST_F(HostileRedis, IsQuotedWithinBounds) {
  const auto error = error_of("-ERR \x1b[31m" + std::string(100'000, 'x') + "\r\n");
  EXPECT_THAT(error, AllOf(StartsWith("Redis answered: ERR ?[31mxxx"), EndsWith("...")));
  EXPECT_LT(error.size(), 250U);
}

TEST_F(HostileRedis, IsNotQuotedWhereItRepeatsThePassword) {
  password = "open-sesame";
  for (const std::string bytes :
       {"-ERR unknown command 'AUTH', with args beginning with: 'open-sesame'\r\n",
        "-open-sesame\r\n"}) {
    EXPECT_EQ(error_of(bytes), "Redis rejected AUTH: check user and password in the URL");
  }
  EXPECT_THAT(lines.all(), Not(HasSubstr("sesame")));
}

TEST_F(HostileRedis, MaySendUnexpectedReplies) {
  EXPECT_EQ(answered("*3\r\n$-1\r\n*-1\r\n-ERR inner\r\n")->list().size(), 3U);
  EXPECT_EQ(answered("*0\r\n")->number(), 0);
  EXPECT_EQ(answered("$0\r\n\r\n")->text(), "");
  EXPECT_EQ(answered(":-9223372036854775808\r\n")->number(0, 5), 0);
}

}  // namespace
}  // namespace storage
