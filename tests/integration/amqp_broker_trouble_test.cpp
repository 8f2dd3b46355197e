// Alarms and restarts of the broker. These tests have their own broker, and run one at a time.
#include <gmock/gmock.h>

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
using support::wait_until;
using testing::HasSubstr;

class Alarm final {
 public:
  explicit Alarm(const Broker& broker) : broker_(broker) { broker_.raise_alarm(); }
  ~Alarm() { clear(); }
  Alarm(const Alarm&) = delete;
  Alarm& operator=(const Alarm&) = delete;

  void clear() {
    if (std::exchange(raised_, false)) broker_.clear_alarm();
  }

 private:
  const Broker& broker_;
  bool raised_ = true;
};

class AmqpBrokerTrouble : public testing::Test {
 protected:
  AmqpMessage message(std::string body) { return {"", queue.name(), std::move(body)}; }

  const Broker broker;
  Queue queue{broker};
  support::LogLines lines;
};

TEST_F(AmqpBrokerTrouble, AnAlarmBlocksThePublishUntilTheDeadlineAndNoLonger) {
  AmqpPublisher publisher(connection_to(broker.address()), lines.log());
  ASSERT_TRUE(publisher.publish({message("before")}, Deadline::after(seconds(20))));
  Alarm alarm(broker);

  // A small message waits for its confirmation, a large one already during the write.
  for (const std::size_t size : {std::size_t{10}, std::size_t{30'000'000}}) {
    const auto start = std::chrono::steady_clock::now();
    const auto result =
        publisher.publish({message(std::string(size, 'x'))}, Deadline::after(milliseconds(1'500)));
    const auto took = std::chrono::steady_clock::now() - start;
    ASSERT_FALSE(result);
    EXPECT_EQ(result.error().kind, ErrorKind::blocked) << result.error().message;
    EXPECT_THAT(result.error().message, HasSubstr("low on memory"));
    EXPECT_GE(took, milliseconds(1'400));
    EXPECT_LT(took, seconds(4));
  }

  alarm.clear();
  EXPECT_TRUE(publisher.publish({message("after")}, Deadline::after(seconds(20))));
}

TEST_F(AmqpBrokerTrouble, APublishSucceedsIfTheAlarmEndsBeforeItsDeadline) {
  support::TcpProxy proxy(broker.port());
  auto options = connection_to(broker.address());
  options.address.port = proxy.port();
  AmqpPublisher publisher(options, lines.log());
  ASSERT_TRUE(publisher.publish({message("before")}, Deadline::after(seconds(20))));
  Alarm alarm(broker);

  Result<void> result;
  const std::string body(30'000'000, 'x');
  std::thread caller(
      [&] { result = publisher.publish({message(body)}, Deadline::after(seconds(60))); });
  alarm.clear();
  caller.join();
  EXPECT_TRUE(result) << result.error().message;
  EXPECT_EQ(proxy.connections(), 1);
}

TEST_F(AmqpBrokerTrouble, AMessageLargerThanTheBrokerTakesIsRejectedWithTheBrokersWords) {
  broker.stop();
  broker.start_again_with_limit(1'000'000);
  queue.reconnect();
  AmqpPublisher publisher(connection_to(broker.address()), lines.log());
  ASSERT_TRUE(
      publisher.publish({message(std::string(999'000, 'x'))}, Deadline::after(seconds(20))));
  const auto result =
      publisher.publish({message(std::string(1'000'001, 'x'))}, Deadline::after(seconds(60)));
  broker.stop();
  broker.start_again();
  queue.reconnect();

  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().kind, ErrorKind::protocol);
  EXPECT_THAT(result.error().message,
              HasSubstr("message size 1000001 is larger than configured max size 1000000"));
  EXPECT_TRUE(publisher.publish({message("after")}, Deadline::after(seconds(20))));
}

TEST_F(AmqpBrokerTrouble, AStopEndsABlockedPublishAtOnce) {
  support::TcpProxy proxy(broker.port());
  auto options = connection_to(broker.address());
  options.address.port = proxy.port();
  AmqpPublisher publisher(options, lines.log());
  const Alarm alarm(broker);

  std::stop_source stop;
  Result<void> result;
  std::thread caller([&] {
    result = publisher.publish({message(std::string(30'000'000, 'x'))},
                               Deadline::after(seconds(60), stop.get_token()));
  });
  EXPECT_TRUE(wait_until([&] { return proxy.sent() > 100'000; }));

  const auto start = std::chrono::steady_clock::now();
  stop.request_stop();
  caller.join();
  EXPECT_LT(std::chrono::steady_clock::now() - start, seconds(1));
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().kind, ErrorKind::stopped);
}

TEST_F(AmqpBrokerTrouble, AnAlarmDoesNotStopTheConsumer) {
  queue.put("x");
  ASSERT_TRUE(wait_until([&] { return queue.waiting() == 1; }));
  const Alarm alarm(broker);
  Inbox inbox(consuming(broker, queue.name()));
  ASSERT_TRUE(inbox.holds(1));
  inbox.consumer().acknowledge(inbox.at(0).tag);
  EXPECT_TRUE(inbox.consumer().flush(Deadline::after(seconds(10))));
}

TEST_F(AmqpBrokerTrouble, ARestartIsOvercomeByConsumerAndPublisher) {
  AmqpPublisher publisher(connection_to(broker.address()), lines.log());
  Inbox inbox(consuming(broker, queue.name()));
  ASSERT_TRUE(publisher.publish({message("before")}, Deadline::after(seconds(20))));
  ASSERT_TRUE(inbox.holds(1));

  broker.stop();
  ASSERT_TRUE(wait_until([&] { return !inbox.consumer().connected(); }));
  const auto result = publisher.publish({message("during")}, Deadline::after(seconds(20)));
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().kind, ErrorKind::unreachable);

  broker.start_again();
  queue.reconnect();
  const auto after = publisher.publish({message("after")}, Deadline::after(seconds(20)));
  EXPECT_TRUE(after) << after.error().message;
  EXPECT_TRUE(support::wait_until([&] { return inbox.size() == 3; }, seconds(40)));
  EXPECT_TRUE(inbox.at(1).redelivered);
  EXPECT_EQ(inbox.at(2).body, "after");
  EXPECT_EQ(inbox.log().count("INFO", "Consuming"), 2);
}

TEST_F(AmqpBrokerTrouble, BothReportWhyTheBrokerIsAwayAndWhenItIsBack) {
  AmqpPublisher publisher(connection_to(broker.address()), lines.log());
  EXPECT_FALSE(publisher.state().up);
  EXPECT_EQ(publisher.state().problem, "");
  ASSERT_TRUE(publisher.publish({message("before")}, Deadline::after(seconds(20))));
  EXPECT_TRUE(publisher.state().up);
  Inbox inbox(consuming(broker, queue.name()));
  ASSERT_TRUE(wait_until([&] { return inbox.consumer().state().up; }));

  broker.stop();
  // No message is published, but the loss is noticed.
  ASSERT_TRUE(wait_until([&] { return !publisher.state().up; }));
  EXPECT_THAT(publisher.state().problem, HasSubstr("check that the broker runs"));
  ASSERT_FALSE(publisher.publish({message("lost")}, Deadline::after(seconds(2))));
  EXPECT_FALSE(publisher.state().up);
  EXPECT_THAT(publisher.state().problem, HasSubstr("check that the broker runs"));
  ASSERT_TRUE(wait_until([&] { return !inbox.consumer().state().problem.empty(); }));
  EXPECT_FALSE(inbox.consumer().state().up);

  broker.start_again();
  queue.reconnect();
  // No message is published meanwhile.
  EXPECT_TRUE(wait_until([&] { return publisher.state().up; }, seconds(40)));
  EXPECT_TRUE(wait_until([&] { return inbox.consumer().state().up; }, seconds(40)));
  EXPECT_EQ(publisher.state().problem, "");
  EXPECT_EQ(inbox.consumer().state().problem, "");
}

TEST_F(AmqpBrokerTrouble, AnAlarmIsTheReasonThatThePublisherReports) {
  AmqpPublisher publisher(connection_to(broker.address()), lines.log());
  ASSERT_TRUE(publisher.publish({message("before")}, Deadline::after(seconds(20))));
  Alarm alarm(broker);
  ASSERT_FALSE(publisher.publish({message("held back")}, Deadline::after(milliseconds(500))));
  EXPECT_THAT(publisher.state().problem, HasSubstr("memory"));
  alarm.clear();
  ASSERT_TRUE(publisher.publish({message("after")}, Deadline::after(seconds(20))));
  EXPECT_TRUE(publisher.state().up);
}

}  // namespace
}  // namespace net
