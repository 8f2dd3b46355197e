#include <gmock/gmock.h>

#include <atomic>
#include <optional>

#include "consuming.hpp"
#include "net/amqp/consumer.hpp"
#include "support/tcp_proxy.hpp"

namespace net {
namespace {

using support::Broker;
using support::Queue;
using support::TcpProxy;
using support::wait_until;
using testing::HasSubstr;
using testing::Not;

AmqpConsumerOptions consuming_through(const TcpProxy& proxy, const Broker& broker,
                                      const Queue& queue) {
  auto options = consuming(broker, queue.name());
  options.connection.address.port = proxy.port();
  return options;
}

TEST(AmqpConsumer, AnAcknowledgedMessageIsGone) {
  const Broker broker;
  Queue queue(broker);
  queue.put("one");
  {
    Inbox inbox(consuming(broker, queue.name()));
    ASSERT_TRUE(inbox.holds(1));
    EXPECT_EQ(inbox.at(0).body, "one");
    EXPECT_FALSE(inbox.at(0).redelivered);
    EXPECT_EQ(inbox.consumer().delivery_state(inbox.at(0).tag), DeliveryState::held);

    inbox.consumer().acknowledge(inbox.at(0).tag);
    EXPECT_TRUE(inbox.consumer().flush(soon()));
  }
  EXPECT_EQ(queue.waiting(), 0);
}

TEST(AmqpConsumer, UnacknowledgedMessagesGoBackWhenItEnds) {
  const Broker broker;
  Queue queue(broker);
  queue.put("one");
  {
    const Inbox inbox(consuming(broker, queue.name()));
    ASSERT_TRUE(inbox.holds(1));
  }
  EXPECT_EQ(queue.take().value().body, "one");
}

TEST(AmqpConsumer, WritesAcknowledgementsBeforeItEnds) {
  const Broker broker;
  Queue queue(broker);
  queue.put("one");
  {
    Inbox inbox(consuming(broker, queue.name()));
    ASSERT_TRUE(inbox.holds(1));
    inbox.consumer().acknowledge(inbox.at(0).tag);
  }
  EXPECT_EQ(queue.waiting(), 0);
}

TEST(AmqpConsumer, RejectDropsTheMessage) {
  const Broker broker;
  Queue queue(broker);
  queue.put("bad");
  {
    Inbox inbox(consuming(broker, queue.name()));
    ASSERT_TRUE(inbox.holds(1));
    inbox.consumer().reject(inbox.at(0).tag);
    EXPECT_TRUE(inbox.consumer().flush(soon()));
  }
  EXPECT_EQ(queue.waiting(), 0);
}

TEST(AmqpConsumer, AMessageGivenBackComesAgainMarkedAsRedelivered) {
  const Broker broker;
  Queue queue(broker);
  queue.put("later");
  Inbox inbox(consuming(broker, queue.name()));
  ASSERT_TRUE(inbox.holds(1));

  inbox.consumer().give_back(inbox.at(0).tag);

  ASSERT_TRUE(inbox.holds(2));
  EXPECT_EQ(inbox.at(1).body, "later");
  EXPECT_TRUE(inbox.at(1).redelivered);
  EXPECT_NE(inbox.at(1).tag, inbox.at(0).tag);
}

TEST(AmqpConsumer, GivesAMessageBackThatCouldNotBeTakenAndGoesOn) {
  const Broker broker;
  Queue queue(broker);
  queue.put("a");
  support::LogLines lines;
  std::atomic<bool> short_of_memory = true;
  std::atomic<bool> came_again = false;
  AmqpConsumer consumer(consuming(broker, queue.name()), lines.log(),
                        [&](const Delivery& delivery) {
                          if (short_of_memory.exchange(false)) throw std::bad_alloc();
                          came_again = delivery.redelivered;
                        });
  consumer.start();
  EXPECT_TRUE(wait_until([&] { return came_again.load(); }));
  EXPECT_EQ(lines.count("ERROR", "A message could not be accepted, giving it back"), 1);
  EXPECT_TRUE(consumer.connected());
}

TEST(AmqpConsumer, HoldsNoMoreThanThePrefetchUnsettled) {
  const Broker broker;
  Queue queue(broker);
  for (int i = 0; i < 10; ++i) queue.put("x");
  auto options = consuming(broker, queue.name());
  options.prefetch = 3;
  Inbox inbox(options);

  ASSERT_TRUE(inbox.holds(3));
  EXPECT_EQ(queue.waiting(), 7);

  inbox.consumer().acknowledge(inbox.at(0).tag);
  ASSERT_TRUE(inbox.holds(4));
  EXPECT_EQ(queue.waiting(), 6);
  EXPECT_EQ(inbox.size(), 4);
}

TEST(AmqpConsumer, TakesABodyOfManyFrames) {
  const Broker broker;
  Queue queue(broker);
  const std::string body(1'000'000, 'b');
  queue.put(body);
  const Inbox inbox(consuming(broker, queue.name()));
  ASSERT_TRUE(inbox.holds(1));
  EXPECT_EQ(inbox.at(0).body, body);
}

TEST(AmqpConsumer, DeliversTheBeginningOfAMessageThatIsTooLarge) {
  const Broker broker;
  Queue queue(broker);
  queue.put(std::string(300'000, 'x'));
  queue.put("");
  queue.put("small");
  auto options = consuming(broker, queue.name());
  options.max_body = 1000;
  {
    Inbox inbox(options);
    ASSERT_TRUE(inbox.holds(3));
    EXPECT_EQ(inbox.at(0).body, std::string(64 * 1024, 'x'));
    EXPECT_TRUE(inbox.at(0).cut);
    EXPECT_EQ(inbox.at(1).body, "");
    EXPECT_EQ(inbox.at(2).body, "small");
    EXPECT_FALSE(inbox.at(2).cut);
    EXPECT_EQ(inbox.log().count("ERROR", "too large"), 1);
    for (std::size_t i = 0; i < 3; ++i) inbox.consumer().acknowledge(inbox.at(i).tag);
  }
  EXPECT_EQ(queue.waiting(), 0);
}

TEST(AmqpConsumer, StopTakingGivesBackPrefetchedMessages) {
  const Broker broker;
  Queue queue(broker);
  for (int i = 0; i < 10; ++i) queue.put("x");

  std::optional<AmqpConsumer> consumer;
  std::mutex mutex;
  std::atomic<bool> under_way = false;
  std::vector<Delivery> taken;
  support::LogLines lines;
  {
    const std::lock_guard hold_the_first_delivery(mutex);
    consumer.emplace(consuming(broker, queue.name()), lines.log(), [&](Delivery delivery) {
      under_way = true;
      const std::lock_guard lock(mutex);
      taken.push_back(std::move(delivery));
    });
    consumer->start();
    ASSERT_TRUE(wait_until([&] { return under_way && queue.waiting() == 0; }));
    consumer->stop_taking();
  }
  EXPECT_TRUE(wait_until([&] { return queue.waiting() == 9; }));
  EXPECT_TRUE(wait_until([&] { return queue.consumers() == 0; }));
  EXPECT_FALSE(consumer->connected());

  const std::lock_guard lock(mutex);
  ASSERT_EQ(taken.size(), 1);
  EXPECT_EQ(consumer->delivery_state(taken.front().tag), DeliveryState::held);
  consumer->acknowledge(taken.front().tag);
  EXPECT_TRUE(consumer->flush(soon()));
  consumer.reset();
  EXPECT_EQ(queue.waiting(), 9);
}

TEST(AmqpConsumer, PostponedMessagesDelayNoOthers) {
  const Broker broker;
  Queue queue(broker);
  auto options = consuming(broker, queue.name());
  options.prefetch = 2;
  options.max_deferred = 10;
  options.connection.heartbeat = std::chrono::seconds(2);
  Inbox inbox(options);
  for (int i = 0; i < 5; ++i) queue.put("automatic");
  queue.put("manual");
  ASSERT_TRUE(inbox.holds(2));

  inbox.consumer().make_room(std::chrono::steady_clock::now() + std::chrono::hours(1));
  for (std::size_t i = 0; i < 5; ++i) {
    ASSERT_TRUE(inbox.holds(i + 1));
    inbox.consumer().defer(inbox.at(i).tag);
  }
  ASSERT_TRUE(inbox.holds(6));
  EXPECT_EQ(inbox.at(5).body, "manual");
  EXPECT_EQ(inbox.consumer().deferred(), 5U);
  inbox.consumer().acknowledge(inbox.at(5).tag);
  EXPECT_TRUE(inbox.consumer().flush(soon()));
  EXPECT_EQ(inbox.size(), 6) << "no message was delivered again";
  EXPECT_EQ(inbox.consumer().delivery_state(inbox.at(0).tag), DeliveryState::held);

  inbox.consumer().make_room(std::chrono::steady_clock::now());
  ASSERT_TRUE(inbox.holds(8));
  EXPECT_EQ(inbox.consumer().deferred(), 0U);
  EXPECT_EQ(inbox.at(6).body, "automatic");
  EXPECT_TRUE(inbox.at(6).redelivered);
  EXPECT_TRUE(wait_until([&] { return queue.waiting() == 3; })) << "the prefetch has not changed";
}

TEST(AmqpConsumer, APostponedMessageGoesBackBeforeTheBrokerTakesIt) {
  const Broker broker;
  Queue queue(broker);
  queue.put("automatic");
  auto options = consuming(broker, queue.name());
  options.connection.heartbeat = std::chrono::seconds(2);
  options.defer_for = std::chrono::milliseconds(100);
  Inbox inbox(options);
  ASSERT_TRUE(inbox.holds(1));
  inbox.consumer().make_room(std::chrono::steady_clock::now() + std::chrono::hours(1));
  inbox.consumer().defer(inbox.at(0).tag);
  ASSERT_TRUE(inbox.holds(2));
  EXPECT_EQ(inbox.at(1).body, "automatic");
}

TEST(AmqpConsumer, APostponedMessageIsBackInTheQueueAtTheEnd) {
  const Broker broker;
  Queue queue(broker);
  queue.put("one");
  queue.put("two");
  {
    Inbox inbox(consuming(broker, queue.name()));
    ASSERT_TRUE(inbox.holds(2));
    inbox.consumer().make_room(std::chrono::steady_clock::now() + std::chrono::hours(1));
    inbox.consumer().defer(inbox.at(0).tag);
    inbox.consumer().acknowledge(inbox.at(1).tag);
    EXPECT_TRUE(inbox.consumer().flush(soon()));
  }
  EXPECT_TRUE(wait_until([&] { return queue.waiting() == 1; }));
}

TEST(AmqpConsumer, FlushDoesNotClaimThatASettlementArrivedWhenTheConnectionIsGone) {
  const Broker broker;
  Queue queue(broker);
  TcpProxy proxy(broker.port());
  queue.put("one");
  Inbox inbox(consuming_through(proxy, broker, queue));
  ASSERT_TRUE(inbox.holds(1));
  inbox.consumer().stop_taking();
  EXPECT_TRUE(inbox.consumer().flush(soon())) << "nothing was settled";

  proxy.cut();
  ASSERT_TRUE(wait_until([&] { return inbox.log().count("WARNING", "ended early") > 0; }));
  inbox.consumer().acknowledge(inbox.at(0).tag);
  EXPECT_FALSE(inbox.consumer().flush(soon()));
}

/// Since RabbitMQ 4.3, a quorum queue drops a message after it was returned twenty times with
/// basic.reject, but not with basic.nack.
TEST(AmqpConsumer, GivesBackInAWayThatDoesNotCountAsAFailure) {
  using namespace std::string_view_literals;
  constexpr auto reject = "\0\0\0\x0d\0\x3c\0\x5a"sv, nack = "\0\0\0\x0d\0\x3c\0\x78"sv;
  const Broker broker;
  Queue queue(broker);
  TcpProxy proxy(broker.port());
  queue.put("one");
  Inbox inbox(consuming_through(proxy, broker, queue));
  ASSERT_TRUE(inbox.holds(1));
  inbox.consumer().give_back(inbox.at(0).tag);
  ASSERT_TRUE(inbox.holds(2));
  EXPECT_EQ(proxy.count_sent(nack), 1);
  EXPECT_EQ(proxy.count_sent(reject), 0);
  inbox.consumer().reject(inbox.at(1).tag);
  EXPECT_TRUE(inbox.consumer().flush(soon()));
  EXPECT_TRUE(wait_until([&] { return proxy.count_sent(reject) == 1; }));
}

TEST(AmqpConsumer, SettlingTwiceOrWithATagOfAnEarlierConnectionIsIgnored) {
  const Broker broker;
  Queue queue(broker);
  TcpProxy proxy(broker.port());
  queue.put("one");
  Inbox inbox(consuming_through(proxy, broker, queue));
  ASSERT_TRUE(inbox.holds(1));

  proxy.cut();
  ASSERT_TRUE(inbox.holds(2));
  const auto old_tag = inbox.at(0).tag;
  const auto tag = inbox.at(1).tag;
  EXPECT_GT(tag.connection, old_tag.connection);
  EXPECT_EQ(inbox.consumer().delivery_state(old_tag), DeliveryState::requeued);
  EXPECT_EQ(inbox.consumer().delivery_state(tag), DeliveryState::held);

  inbox.consumer().acknowledge(old_tag);
  inbox.consumer().acknowledge(tag);
  inbox.consumer().acknowledge(tag);
  EXPECT_TRUE(inbox.consumer().flush(soon()));

  // The broker closes the channel on an unknown delivery tag. If an acknowledgement had been sent,
  // the next message would not arrive over the same connection.
  queue.put("two");
  ASSERT_TRUE(inbox.holds(3));
  EXPECT_EQ(inbox.at(2).tag.connection, tag.connection);
}

TEST(AmqpConsumer, ConsumesAgainWhenADeletedQueueIsThereAgain) {
  const Broker broker;
  Queue queue(broker);
  Inbox inbox(consuming(broker, queue.name()));
  ASSERT_TRUE(inbox.consuming());

  queue.remove();
  ASSERT_TRUE(wait_until([&] { return inbox.log().count("DEBUG", "404 NOT_FOUND") > 0; }));
  EXPECT_FALSE(inbox.consumer().connected());
  EXPECT_EQ(inbox.log().count("ERROR", "the platform declares the queue"), 1);

  queue.declare();
  queue.put("after");
  ASSERT_TRUE(inbox.holds(1));
  EXPECT_EQ(inbox.at(0).body, "after");
  EXPECT_EQ(inbox.log().count("INFO", "Consuming"), 2);
}

TEST(AmqpConsumer, ReportsOnceThatTheCredentialsAreRejected) {
  const Broker broker;
  Queue queue(broker);
  auto options = consuming(broker, queue.name());
  options.connection.address.password = "open-sesame";
  const Inbox inbox(options);

  ASSERT_TRUE(wait_until([&] { return inbox.log().count("DEBUG", "ACCESS_REFUSED") > 0; }));
  EXPECT_EQ(inbox.log().count("ERROR", "ACCESS_REFUSED"), 1);
  EXPECT_EQ(inbox.log().count("ERROR", "check the user, the password and the virtual host"), 1);
  EXPECT_THAT(inbox.log().all(), Not(HasSubstr("open-sesame")));
}

TEST(AmqpConsumer, ReportsThatTheVirtualHostDoesNotExist) {
  const Broker broker;
  auto options = consuming(broker, "any");
  options.connection.address.vhost = "elsewhere";
  const Inbox inbox(options);
  ASSERT_TRUE(wait_until([&] { return inbox.log().count("ERROR", "elsewhere not found") > 0; }));
}

TEST(AmqpConsumer, ReconfiguringMovesItToAnotherQueue) {
  const Broker broker;
  Queue before(broker);
  Queue after(broker);
  Inbox inbox(consuming(broker, before.name()));
  ASSERT_TRUE(inbox.consuming());

  after.put("here");
  inbox.consumer().reconfigure(connection_to(broker.address()), after.name());

  ASSERT_TRUE(inbox.holds(1));
  EXPECT_EQ(inbox.at(0).body, "here");
  EXPECT_EQ(before.consumers(), 0);
}

TEST(AmqpConsumer, NoticesASilentPeerByMissingHeartbeatsAndReconnects) {
  const Broker broker;
  Queue queue(broker);
  TcpProxy proxy(broker.port());
  auto options = consuming_through(proxy, broker, queue);
  options.connection.heartbeat = std::chrono::seconds(2);
  Inbox inbox(options);
  ASSERT_TRUE(inbox.consuming());

  proxy.freeze();
  EXPECT_TRUE(
      wait_until([&] { return !inbox.consumer().connected(); }, std::chrono::milliseconds(6'500)));
  EXPECT_TRUE(
      wait_until([&] { return inbox.log().count("ERROR", "no data for two heartbeats") == 1; }));

  proxy.thaw();
  ASSERT_TRUE(inbox.consuming());
}

TEST(AmqpConsumer, ASilentBrokerDoesNotHoldUpTheEnd) {
  const Broker broker;
  Queue queue(broker);
  TcpProxy proxy(broker.port());
  std::optional<Inbox> inbox(std::in_place, consuming_through(proxy, broker, queue));
  ASSERT_TRUE(inbox->consuming());
  proxy.freeze();

  const auto start = std::chrono::steady_clock::now();
  inbox.reset();
  EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(3));
}

TEST(AmqpConsumer, AnUnansweredLoginDoesNotHoldUpTheEnd) {
  const Broker broker;
  TcpProxy proxy(broker.port());
  proxy.freeze();
  auto options = consuming(broker, "any");
  options.connection.address.port = proxy.port();
  std::optional<Inbox> inbox(std::in_place, options);
  ASSERT_TRUE(wait_until([&] { return proxy.connections() == 1; }));

  const auto start = std::chrono::steady_clock::now();
  inbox.reset();
  EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(3));
}

TEST(AmqpConsumer, KnowsHowManyMessagesWaitInTheQueue) {
  const Broker broker;
  Queue queue(broker);
  for (const auto* body : {"one", "two", "three"}) queue.put(body);
  auto options = consuming(broker, queue.name());
  options.prefetch = 1;
  options.size_interval = std::chrono::milliseconds(20);
  TcpProxy proxy(broker.address().port);
  options.connection.address.port = proxy.port();
  Inbox inbox(std::move(options));
  EXPECT_TRUE(wait_until([&] { return inbox.consumer().queued() == 2U; }));
  ASSERT_TRUE(inbox.holds(1));
  inbox.consumer().acknowledge(inbox.at(0).tag);
  EXPECT_TRUE(wait_until([&] { return inbox.consumer().queued() == 1U; }));

  proxy.freeze();
  proxy.cut();
  EXPECT_TRUE(wait_until([&] { return !inbox.consumer().queued(); }));
}

TEST(AmqpConsumer, AQuestionForTheQueueThatIsNotAnsweredHoldsNothingUp) {
  const Broker broker;
  Queue queue(broker);
  queue.put("one");
  TcpProxy proxy(broker.address().port);
  auto options = consuming_through(proxy, broker, queue);
  options.size_interval = std::chrono::milliseconds(1);
  Inbox inbox(std::move(options));
  ASSERT_TRUE(inbox.holds(1));
  ASSERT_TRUE(wait_until([&] { return inbox.consumer().queued().has_value(); }));
  proxy.freeze();
  // Gives the consumer time to ask for the size of the queue.
  const auto asked = std::chrono::steady_clock::now() + std::chrono::milliseconds(100);
  ASSERT_TRUE(wait_until([&] { return std::chrono::steady_clock::now() > asked; }));
  inbox.consumer().acknowledge(inbox.at(0).tag);
  EXPECT_TRUE(inbox.consumer().flush(Deadline::after(std::chrono::seconds(3))));
}

}  // namespace
}  // namespace net
