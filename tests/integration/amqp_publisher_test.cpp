#include <gmock/gmock.h>

#include <set>
#include <thread>

#include "consuming.hpp"
#include "net/amqp/publisher.hpp"
#include "support/tcp_proxy.hpp"

namespace net {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using support::Broker;
using support::Queue;
using support::TcpProxy;
using support::wait_until;
using testing::HasSubstr;

AmqpMessage to(const Queue& queue, std::string body) { return {"", queue.name(), std::move(body)}; }

class AmqpPublisherTest : public testing::Test {
 protected:
  AmqpConnectionOptions through(const TcpProxy& proxy) {
    auto options = connection_to(broker.address());
    options.address.port = proxy.port();
    return options;
  }

  const Broker broker;
  Queue queue{broker};
  support::LogLines lines;
};

TEST_F(AmqpPublisherTest, APublishedMessageIsInTheQueueWithThePropertiesOfTheProtocol) {
  AmqpPublisher publisher(connection_to(broker.address()), lines.log());
  ASSERT_TRUE(publisher.publish({to(queue, "bundle")}, soon()));

  const auto message = queue.take().value();
  EXPECT_EQ(message.body, "bundle");
  EXPECT_EQ(message.delivery_mode, 2);
  EXPECT_EQ(message.content_encoding, "utf-8");
  EXPECT_FALSE(message.other_properties);
}

TEST_F(AmqpPublisherTest, ABatchArrivesWholeAndInOrder) {
  AmqpPublisher publisher(connection_to(broker.address()), lines.log());
  std::vector<AmqpMessage> batch;
  for (int i = 0; i < 1000; ++i) batch.push_back(to(queue, std::to_string(i)));
  ASSERT_TRUE(publisher.publish(batch, soon()));

  ASSERT_EQ(queue.waiting(), 1000);
  for (int i = 0; i < 1000; ++i) ASSERT_EQ(queue.take().value().body, std::to_string(i));
}

TEST_F(AmqpPublisherTest, AMessageOfManyFramesArrivesWhole) {
  AmqpPublisher publisher(connection_to(broker.address()), lines.log());
  const std::string body(3'000'000, 'b');
  ASSERT_TRUE(publisher.publish({to(queue, body)}, soon()));
  EXPECT_EQ(queue.take().value().body, body);
}

TEST_F(AmqpPublisherTest, NothingToPublishSucceedsAtOnce) {
  AmqpPublisher publisher(connection_to(broker.address()), lines.log());
  EXPECT_TRUE(publisher.publish({}, soon()));
}

TEST_F(AmqpPublisherTest, AMessageThatNoQueueWantsIsUnroutable) {
  TcpProxy proxy(broker.port());
  AmqpPublisher publisher(through(proxy), lines.log());

  const auto result = publisher.publish({{"", "no-such-queue", "x"}}, soon());
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().kind, ErrorKind::unroutable);
  EXPECT_THAT(result.error().message, HasSubstr("NO_ROUTE"));
  EXPECT_THAT(result.error().message, HasSubstr("no-such-queue"));

  EXPECT_TRUE(publisher.publish({to(queue, "next")}, soon()));
  EXPECT_EQ(proxy.connections(), 1) << "the connection is kept";
}

TEST_F(AmqpPublisherTest, AnExchangeThatDoesNotExistIsUnroutable) {
  AmqpPublisher publisher(connection_to(broker.address()), lines.log());
  const auto result = publisher.publish({{"no-such-exchange", "key", "x"}}, soon());
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().kind, ErrorKind::unroutable);
  EXPECT_THAT(result.error().message, HasSubstr("404 NOT_FOUND"));

  EXPECT_TRUE(publisher.publish({to(queue, "next")}, soon()));
}

TEST_F(AmqpPublisherTest, AFullQueueIsAnError) {
  Queue small(broker, 1);
  AmqpPublisher publisher(connection_to(broker.address()), lines.log());
  const auto result = publisher.publish({to(small, "1"), to(small, "2"), to(small, "3")}, soon());
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().kind, ErrorKind::protocol);
  EXPECT_THAT(result.error().message, HasSubstr("nack"));
}

TEST_F(AmqpPublisherTest, PublishesOfSeveralThreadsAllArrive) {
  AmqpPublisher publisher(connection_to(broker.address()), lines.log());
  {
    std::vector<std::jthread> threads;
    for (int t = 0; t < 4; ++t) {
      threads.emplace_back([&] {
        for (int i = 0; i < 25; ++i) EXPECT_TRUE(publisher.publish({to(queue, "x")}, soon()));
      });
    }
  }
  EXPECT_EQ(queue.waiting(), 100);
}

TEST_F(AmqpPublisherTest, WrongCredentialsAreRejected) {
  auto options = connection_to(broker.address());
  options.address.password = "open-sesame";
  AmqpPublisher publisher(options, lines.log());
  const auto result = publisher.publish({to(queue, "x")}, soon());
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().kind, ErrorKind::access_refused);
  EXPECT_THAT(result.error().message, HasSubstr("ACCESS_REFUSED"));
  EXPECT_THAT(result.error().message, testing::Not(HasSubstr("open-sesame")));
}

TEST_F(AmqpPublisherTest, ReconfiguringUsesTheNewAddressFromTheNextPublishOn) {
  auto options = connection_to(broker.address());
  options.address.password = "wrong";
  AmqpPublisher publisher(options, lines.log());
  ASSERT_FALSE(publisher.publish({to(queue, "x")}, soon()));

  publisher.reconfigure(connection_to(broker.address()));
  EXPECT_TRUE(publisher.publish({to(queue, "x")}, soon()));
}

TEST_F(AmqpPublisherTest, APortWithoutABrokerIsUnreachable) {
  auto options = connection_to(broker.address());
  {
    const TcpProxy gone(broker.port());
    options.address.port = gone.port();
  }
  AmqpPublisher publisher(options, lines.log());
  const auto result = publisher.publish({to(queue, "x")}, soon());
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().kind, ErrorKind::unreachable);
  EXPECT_THAT(result.error().message, HasSubstr("Connection refused"));
}

TEST_F(AmqpPublisherTest, ASilentBrokerCostsNoMoreThanTheDeadline) {
  TcpProxy proxy(broker.port());
  AmqpPublisher publisher(through(proxy), lines.log());
  proxy.freeze();

  const auto start = std::chrono::steady_clock::now();
  const auto result = publisher.publish({to(queue, "x")}, Deadline::after(milliseconds(300)));
  EXPECT_LT(std::chrono::steady_clock::now() - start, seconds(2));
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().kind, ErrorKind::timed_out);
}

TEST_F(AmqpPublisherTest, AConfirmationThatDoesNotComeCostsNoMoreThanTheDeadline) {
  TcpProxy proxy(broker.port());
  AmqpPublisher publisher(through(proxy), lines.log());
  ASSERT_TRUE(publisher.publish({to(queue, "first")}, soon()));
  proxy.freeze();

  const auto start = std::chrono::steady_clock::now();
  const auto result = publisher.publish({to(queue, std::string(20'000'000, 'x'))},
                                        Deadline::after(milliseconds(500)));
  EXPECT_LT(std::chrono::steady_clock::now() - start, seconds(3));
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().kind, ErrorKind::timed_out);

  proxy.thaw();
  EXPECT_TRUE(publisher.publish({to(queue, "next")}, soon()));
}

TEST_F(AmqpPublisherTest, AStopEndsThePublishAtOnce) {
  TcpProxy proxy(broker.port());
  AmqpPublisher publisher(through(proxy), lines.log());
  proxy.freeze();
  std::stop_source stop;
  Result<void> result;
  std::thread caller([&] {
    result = publisher.publish({to(queue, "x")}, Deadline::after(seconds(60), stop.get_token()));
  });
  EXPECT_TRUE(wait_until([&] { return proxy.connections() == 1; }));

  const auto start = std::chrono::steady_clock::now();
  stop.request_stop();
  caller.join();
  EXPECT_LT(std::chrono::steady_clock::now() - start, seconds(2));
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().kind, ErrorKind::stopped);
}

TEST_F(AmqpPublisherTest, TheEndOfThePublisherEndsPublishesInProgress) {
  TcpProxy proxy(broker.port());
  std::optional<AmqpPublisher> publisher(std::in_place, through(proxy), lines.log());
  proxy.freeze();
  Result<void> result;
  std::thread caller([&] { result = publisher->publish({to(queue, "x")}, soon()); });
  EXPECT_TRUE(wait_until([&] { return proxy.connections() == 1; }));

  const auto start = std::chrono::steady_clock::now();
  publisher.reset();
  caller.join();
  EXPECT_LT(std::chrono::steady_clock::now() - start, seconds(3));
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().kind, ErrorKind::stopped);
}

TEST_F(AmqpPublisherTest, AnIdleConnectionThatBrokeDoesNotFailTheNextPublish) {
  TcpProxy proxy(broker.port());
  AmqpPublisher publisher(through(proxy), lines.log());
  ASSERT_TRUE(publisher.publish({to(queue, "before")}, soon()));

  proxy.cut();
  EXPECT_TRUE(publisher.publish({to(queue, "after")}, soon()));
  EXPECT_TRUE(publisher.publish({to(queue, "later")}, soon()));
}

TEST_F(AmqpPublisherTest, HeartbeatsKeepAnIdleConnection) {
  TcpProxy proxy(broker.port());
  auto options = through(proxy);
  options.heartbeat = seconds(1);
  AmqpPublisher publisher(options, lines.log());
  ASSERT_TRUE(publisher.publish({to(queue, "before")}, soon()));

  constexpr std::uint64_t heartbeat_frame = 8;
  const auto sent = proxy.sent();
  ASSERT_TRUE(wait_until([&] { return proxy.sent() >= sent + 4 * heartbeat_frame; }));

  EXPECT_TRUE(publisher.publish({to(queue, "after")}, soon()));
  EXPECT_EQ(proxy.connections(), 1);
}

}  // namespace
}  // namespace net
