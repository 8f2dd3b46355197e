// Tests how replicas learn of each other, and publish in one order.
#include <gmock/gmock.h>

#include "integration/replicas_fixture.hpp"
#include "runtime/publish_order.hpp"

namespace {

using namespace support::replicas;
using testing::SizeIs;

TEST_F(SharedStoreTest, ReplicasComeAndGo) {
  meet();
  const auto others = a.replicas.others();
  ASSERT_THAT(others, SizeIs(1));
  EXPECT_EQ(others.front().name, "b");
  EXPECT_LT(std::chrono::system_clock::now() - others.front().started, 1min);
  std::optional<Replica> third(std::in_place, server, lines.log(), "c");
  EXPECT_TRUE(wait_until([&] { return a.replicas.alive() == 3 && b.replicas.alive() == 3; }));
  third.reset();
  EXPECT_TRUE(wait_until([&] { return a.replicas.alive() == 2; }, 900ms))
      << "the third replica signed off";
  EXPECT_TRUE(wait_until([&] { return lines.count("INFO", "Replica left replica=c") == 2; }));
  b.lose_server();
  EXPECT_TRUE(wait_until([&] { return a.replicas.alive() == 1; })) << "the lease of b has ended";
  EXPECT_EQ(b.replicas.alive(), 2U) << "it keeps the last known number";
  b.find_server();
  meet();
}

TEST_F(SharedStoreTest, ANoteIsHeardOnceByEachOther) {
  std::atomic<int> by_a = 0, by_b = 0;
  std::mutex mutex;
  storage::Replicas::Note last;
  a.replicas.subscribe("rest", [&](const auto&) { ++by_a; });
  b.replicas.subscribe("rest", [&](const auto& note) {
    const std::lock_guard lock(mutex);
    last = note;
    ++by_b;
  });
  a.replicas.publish("rest", "first", 1min);
  EXPECT_TRUE(wait_until([&] { return by_b == 1; }));
  a.replicas.publish("rest", "second", 1min);
  EXPECT_TRUE(wait_until([&] { return by_b == 2; }));
  {
    const std::lock_guard lock(mutex);
    EXPECT_EQ(last.text, "second");
    EXPECT_GT(last.left, 30s);
    EXPECT_LE(last.left, 1min);
  }
  const Replica late(server, lines.log(), "c");
  EXPECT_TRUE(wait_until([&] { return late.replicas.others().size() == 2; }));
  EXPECT_EQ(by_a, 0) << "a replica does not receive its own notes";
  EXPECT_EQ(by_b, 2) << "a note is not received again with each beat";
  a.replicas.unsubscribe("rest");
  b.replicas.unsubscribe("rest");
}

TEST_F(SharedStoreTest, ANotePublishedWhileTheServerIsAwayArrivesLater) {
  std::atomic<int> received = 0;
  b.replicas.subscribe("rest", [&](const auto&) { ++received; });
  a.lose_server();
  a.replicas.publish("rest", "", 1min);
  a.find_server();
  EXPECT_TRUE(wait_until([&] { return received == 1; }));
  b.replicas.unsubscribe("rest");
}

TEST_F(SharedStoreTest, AResultWaitsForAnOlderOneOfAnotherReplica) {
  // With a beat of an hour, replicas send their state only when it changes.
  Replica slow_a(server, lines.log(), "slow a", 1h), slow_b(server, lines.log(), "slow b", 1h);
  runtime::PublishOrder of_a, of_b;
  for (auto* side : {&slow_a, &slow_b}) {
    auto& order = side == &slow_a ? of_a : of_b;
    auto& replicas = side->replicas;
    order.share({.set_oldest = [&](auto made) { replicas.set_oldest(made); },
                 .oldest_of_others = [&] { return replicas.oldest_of_others(); },
                 .wait_for_others = [&](bool waits) { replicas.wait_for_others(waits); }});
  }
  const auto first = of_a.draw(100);
  ASSERT_TRUE(wait_until([&] { return field("oldest", slow_a.replicas.id()) == "100"; }));
  const auto second = of_b.draw(200);
  ASSERT_TRUE(wait_until([&] { return slow_b.replicas.oldest_of_others() == 100; }));
  ASSERT_TRUE(wait_until([&] { return field("oldest", slow_b.replicas.id()) == "200"; }));
  EXPECT_FALSE(of_b.reached(second));
  EXPECT_TRUE(of_a.reached(first));
  // While the first replica holds an older work, the other draws one that is older than the first
  // one's next.
  const auto third = of_a.draw(300);
  EXPECT_TRUE(wait_until([&] { return slow_a.replicas.oldest_of_others() == 200; }));
  of_a.leave(first);
  EXPECT_FALSE(of_a.reached(third));
  EXPECT_TRUE(wait_until([&] { return of_b.reached(second); }));
  of_b.leave(second);
  EXPECT_TRUE(wait_until([&] { return of_a.reached(third); }));
  of_a.leave(third);
  of_a.share({});
  of_b.share({});
}

}  // namespace
