#include "runtime/inbox.hpp"

#include <gmock/gmock.h>

#include <thread>

#include "support/log_lines.hpp"
#include "support/temporary_folder.hpp"
#include "support/wait_until.hpp"

namespace runtime {
namespace {

using namespace std::chrono_literals;
using opencti::Intake;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::UnorderedElementsAreArray;

class InboxTest : public ::testing::Test {
 protected:
  InboxTest() { open(); }
  ~InboxTest() override { inbox.reset(); }

  /// Opens the inbox again, as after a crash: what was not written is lost.
  void open(InboxOptions options = {.again_after = 1ms}) {
    inbox.reset();
    store.reset();
    store.emplace(storage::DatabaseOptions{.path = path}, lines.log());
    inbox.emplace(options, *store, lines.log());
  }
  void start() {
    inbox->start([this](net::Delivery delivery) {
      const std::lock_guard lock(mutex);
      deliveries.push_back(std::move(delivery));
    });
  }
  [[nodiscard]] std::vector<std::string> bodies() const {
    const std::lock_guard lock(mutex);
    std::vector<std::string> out;
    for (const auto& delivery : deliveries) {
      out.push_back(delivery.body + (delivery.redelivered ? " again" : ""));
    }
    return out;
  }
  [[nodiscard]] net::DeliveryTag tag(std::size_t index) const {
    const std::lock_guard lock(mutex);
    return deliveries.at(index).tag;
  }
  [[nodiscard]] bool delivered(std::size_t count) const {
    return support::wait_until([&] { return bodies().size() >= count; });
  }

  support::TemporaryFolder folder;
  std::string path = folder.path() / "inbox.db";
  support::LogLines lines;
  std::optional<storage::Database> store;
  std::optional<Inbox> inbox;
  mutable std::mutex mutex;
  std::vector<net::Delivery> deliveries;
};

TEST_F(InboxTest, HandsAMessageOnAgainThatCouldNotBeTaken) {
  std::atomic<bool> short_of_memory = true;
  inbox->start([&](net::Delivery delivery) {
    if (short_of_memory.exchange(false)) throw std::bad_alloc();
    const std::lock_guard lock(mutex);
    deliveries.push_back(std::move(delivery));
  });
  EXPECT_EQ(inbox->take("a"), Intake::accepted);
  ASSERT_TRUE(delivered(1));
  EXPECT_THAT(bodies(), ElementsAre("a again"));
  EXPECT_EQ(lines.count("ERROR", "A message could not be accepted"), 1) << lines.all();
}

TEST_F(InboxTest, KeepsThatOnlyTheBeginningOfAMessageIsThere) {
  inbox->start([](const auto&) { throw std::bad_alloc(); });
  EXPECT_EQ(inbox->take("a", true), Intake::accepted);
  EXPECT_EQ(inbox->take("b"), Intake::accepted);
  open();
  start();
  ASSERT_TRUE(delivered(2));
  const std::lock_guard lock(mutex);
  EXPECT_TRUE(deliveries[0].cut);
  EXPECT_FALSE(deliveries[1].cut);
}

TEST_F(InboxTest, HandsOnAcceptedMessages) {
  start();
  EXPECT_EQ(inbox->take("a"), Intake::accepted);
  ASSERT_TRUE(delivered(1));
  EXPECT_EQ(inbox->delivery_state(tag(0)), net::DeliveryState::held);
  inbox->acknowledge(tag(0));
  EXPECT_EQ(inbox->delivery_state(tag(0)), net::DeliveryState::requeued);
  EXPECT_EQ(inbox->stop(), 0U);
  EXPECT_THAT(bodies(), ElementsAre("a"));
}

TEST_F(InboxTest, HandsOnInOrderMessagesThatACrashInterruptedAndNoneThatWasSettled) {
  start();
  for (const auto* body : {"a", "b", "c", "d"}) EXPECT_EQ(inbox->take(body), Intake::accepted);
  ASSERT_TRUE(delivered(4));
  inbox->acknowledge(tag(1));
  inbox->reject(tag(3));
  open();
  deliveries.clear();
  start();
  ASSERT_TRUE(delivered(2));
  EXPECT_THAT(bodies(), ElementsAre("a again", "c again"));
}

TEST_F(InboxTest, AcceptsAMessagePostedTwiceOnlyOnceAlsoAcrossARestart) {
  start();
  EXPECT_EQ(inbox->take("a"), Intake::accepted);
  EXPECT_EQ(inbox->take("a"), Intake::accepted);
  ASSERT_TRUE(delivered(1));
  inbox->acknowledge(tag(0));
  EXPECT_EQ(inbox->take("a"), Intake::accepted);
  open();
  start();
  EXPECT_EQ(inbox->take("a"), Intake::accepted);
  EXPECT_EQ(inbox->take("b"), Intake::accepted);
  ASSERT_TRUE(delivered(2));
  EXPECT_THAT(bodies(), ElementsAre("a", "b"));
}

TEST_F(InboxTest, HandsOnAgainAMessageGivenBack) {
  start();
  EXPECT_EQ(inbox->take("a"), Intake::accepted);
  ASSERT_TRUE(delivered(1));
  inbox->give_back(tag(0));
  ASSERT_TRUE(delivered(2));
  EXPECT_THAT(bodies(), ElementsAre("a", "a again"));
}

TEST_F(InboxTest, HoldsBackOnlyPostponedMessages) {
  start();
  inbox->hold_back(std::chrono::system_clock::now() + 1h);
  for (const auto* body : {"deferred", "a", "b"}) EXPECT_EQ(inbox->take(body), Intake::accepted);
  ASSERT_TRUE(delivered(3));
  inbox->defer(tag(0));
  inbox->acknowledge(tag(1));
  inbox->give_back(tag(2));
  ASSERT_TRUE(delivered(4));
  EXPECT_EQ(bodies().back(), "b again");
  EXPECT_EQ(inbox->waiting().held_back, 1U);
  inbox->acknowledge(tag(3));
  EXPECT_TRUE(inbox->drain(net::Deadline::after(10s)))
      << "a message that is held back is not waited for";
  // One second is the shortest time that messages are held back.
  inbox->hold_back(std::chrono::system_clock::now());
  ASSERT_TRUE(delivered(5));
  EXPECT_EQ(bodies().back(), "deferred again");
}

TEST_F(InboxTest, ALongMessageIsKeptInPiecesAndHandedOnWhole) {
  const InboxOptions in_pieces{.piece = 4, .again_after = 1ms};
  open(in_pieces);
  EXPECT_EQ(inbox->take("0123456789"), Intake::not_now) << "the inbox is not started";
  start();
  EXPECT_EQ(inbox->take("0123456789"), Intake::accepted);
  EXPECT_EQ(inbox->take("0123456789"), Intake::accepted) << "a second time";
  ASSERT_TRUE(delivered(1));
  EXPECT_EQ(store->run("SELECT * FROM inbox_parts")->size(), 3U);
  open(in_pieces);
  start();
  ASSERT_TRUE(delivered(2));
  EXPECT_THAT(bodies(), ElementsAre("0123456789", "0123456789 again"));
  inbox->acknowledge(tag(1));
  inbox->stop();
  EXPECT_THAT(*store->run("SELECT * FROM inbox_parts"), IsEmpty());
}

TEST_F(InboxTest, KeepsNoPartOfAMessageThatCouldNotBeAccepted) {
  open({.piece = 4, .write_again_after = 1ms});
  start();
  ASSERT_TRUE(store->run(
      "CREATE TRIGGER full BEFORE INSERT ON inbox BEGIN SELECT RAISE(FAIL, 'full'); END"));
  EXPECT_EQ(inbox->take("0123456789"), Intake::not_now);
  EXPECT_THAT(*store->run("SELECT * FROM inbox_parts"), IsEmpty());
  ASSERT_TRUE(store->run(
      "CREATE TRIGGER stuck BEFORE DELETE ON inbox_parts BEGIN SELECT RAISE(FAIL, 'full'); END"));
  EXPECT_EQ(inbox->take("0123456789"), Intake::not_now);
  EXPECT_EQ(store->run("SELECT * FROM inbox_parts")->size(), 3U);
  ASSERT_TRUE(store->run("DROP TRIGGER stuck"));
  EXPECT_TRUE(
      support::wait_until([&] { return store->run("SELECT * FROM inbox_parts")->empty(); }));
  ASSERT_TRUE(store->run("DROP TRIGGER full"));
  EXPECT_TRUE(support::wait_until([&] { return inbox->problem().empty(); }));
  EXPECT_EQ(inbox->take("0123456789"), Intake::accepted);
  ASSERT_TRUE(delivered(1));
  EXPECT_THAT(bodies(), ElementsAre("0123456789"));
}

TEST_F(InboxTest, AMessageThatIsPostedTwiceAtOnceIsWholeThoughTheDiskIsFullNowAndThen) {
  constexpr std::size_t messages = 30;
  open({.under_way = messages, .piece = 4, .write_again_after = 1ms});
  start();
  ASSERT_TRUE(
      store->run("CREATE TRIGGER full BEFORE INSERT ON inbox WHEN random() % 2 BEGIN SELECT "
                 "RAISE(FAIL, 'full'); END"));
  std::vector<std::string> posted;
  for (std::size_t i = 0; i < messages; ++i) {
    const auto& body = posted.emplace_back("message " + std::to_string(i));
    const auto post = [&] {
      return support::wait_until([&] { return inbox->take(body) == Intake::accepted; });
    };
    const std::jthread first([&] { EXPECT_TRUE(post()); });
    EXPECT_TRUE(post());
  }
  ASSERT_TRUE(delivered(messages));
  EXPECT_THAT(bodies(), UnorderedElementsAreArray(posted));
}

TEST_F(InboxTest, DropsPartsOfAMessageThatWasNeverAccepted) {
  ASSERT_TRUE(store->run("INSERT INTO inbox_parts VALUES ('cut short', 0, 'x')"));
  start();
  EXPECT_TRUE(
      support::wait_until([&] { return store->run("SELECT * FROM inbox_parts")->empty(); }));
}

TEST_F(InboxTest, HandsOnNoMoreThanThereIsMemoryFor) {
  net::MemoryBudget memory(60);
  open({.memory = &memory, .cost = [](std::size_t size) { return 10 * size; }, .again_after = 1ms});
  start();
  for (const auto* body : {"aaaa", "bbbb"}) EXPECT_EQ(inbox->take(body), Intake::accepted);
  ASSERT_TRUE(delivered(1));
  EXPECT_FALSE(memory.try_take(40)) << "the first message holds the memory";
  EXPECT_THAT(bodies(), ElementsAre("aaaa"));
  {
    const std::lock_guard lock(mutex);
    deliveries.front().memory.reset();
  }
  inbox->acknowledge(tag(0));
  ASSERT_TRUE(delivered(2));
  EXPECT_EQ(bodies().back(), "bbbb");
  inbox.reset();
  deliveries.clear();
}

TEST_F(InboxTest, LimitsMessagesInProgress) {
  open({.under_way = 2});
  start();
  for (const auto* body : {"a", "b", "c", "d"}) EXPECT_EQ(inbox->take(body), Intake::accepted);
  ASSERT_TRUE(delivered(2));
  EXPECT_THAT(bodies(), ElementsAre("a", "b"));
  inbox->acknowledge(tag(1));
  ASSERT_TRUE(delivered(3));
  EXPECT_THAT(bodies(), ElementsAre("a", "b", "c"));
}

TEST_F(InboxTest, ReportsHowManyAStoreHolds) {
  EXPECT_EQ(Inbox::left_in(*store), 0);
  start();
  for (const auto* body : {"a", "b", "c"}) EXPECT_EQ(inbox->take(body), Intake::accepted);
  ASSERT_TRUE(delivered(3));
  inbox->acknowledge(tag(1));
  EXPECT_EQ(inbox->stop(), 2U);
  EXPECT_EQ(Inbox::left_in(*store), 2);
}

TEST_F(InboxTest, RejectsMessagesBeyondItsLimits) {
  open({.messages = 2, .bytes = 10});
  start();
  EXPECT_EQ(inbox->take(std::string(11, 'a')), Intake::accepted)
      << "otherwise it would never be accepted";
  EXPECT_EQ(inbox->take("b"), Intake::not_now);
  open({.messages = 2, .bytes = 100});
  deliveries.clear();
  start();
  ASSERT_TRUE(delivered(1));
  EXPECT_EQ(inbox->take("b"), Intake::accepted);
  EXPECT_EQ(inbox->take("c"), Intake::not_now);
  inbox->acknowledge(tag(0));
  EXPECT_EQ(inbox->take("c"), Intake::accepted);
}

TEST_F(InboxTest, RejectsEverythingOnceItStops) {
  start();
  EXPECT_EQ(inbox->take("a"), Intake::accepted);
  inbox->stop_taking();
  EXPECT_EQ(inbox->take("b"), Intake::not_now);
  ASSERT_TRUE(delivered(1));
  EXPECT_FALSE(inbox->drain(net::Deadline::after(1ms)));
  inbox->acknowledge(tag(0));
  EXPECT_TRUE(inbox->drain(net::Deadline::after(10s)));
}

TEST_F(InboxTest, HandsNothingToAClosedReceiverAndKeepsIt) {
  start();
  inbox->stop_taking();
  inbox->stop_handing_on();
  open();
  start();
  EXPECT_EQ(inbox->take("a"), Intake::accepted);
  ASSERT_TRUE(delivered(1));
  inbox->stop_handing_on();
  inbox->give_back(tag(0));
  EXPECT_EQ(inbox->take("b"), Intake::accepted);
  EXPECT_EQ(inbox->stop(), 2U);
  EXPECT_THAT(bodies(), ElementsAre("a"));
}

TEST_F(InboxTest, AcceptsNothingBeforeItHasReadEarlierMessages) {
  EXPECT_EQ(inbox->take("a"), Intake::not_now);
  start();
  EXPECT_EQ(inbox->take("a"), Intake::accepted);
  ASSERT_TRUE(delivered(1));
}

TEST_F(InboxTest, RecordsCompletedMessagesLaterIfItCannotNow) {
  open({.write_again_after = 1ms});
  start();
  EXPECT_EQ(inbox->take("a"), Intake::accepted);
  ASSERT_TRUE(delivered(1));
  ASSERT_TRUE(store->run("ALTER TABLE inbox RENAME TO away"));
  inbox->acknowledge(tag(0));
  const auto tries = [&] {
    return lines.count("ERROR", "Cannot record") + lines.count("DEBUG", "Cannot record");
  };
  ASSERT_TRUE(support::wait_until([&] { return tries() >= 3; }));
  EXPECT_EQ(lines.count("ERROR", "Cannot record"), 1);
  ASSERT_TRUE(store->run("ALTER TABLE away RENAME TO inbox"));
  EXPECT_TRUE(support::wait_until([&] {
    const auto rows = store->run("SELECT count(*) FROM inbox WHERE body IS NULL");
    return storage::number((*rows)[0][0]) == 1;
  }));
}

TEST_F(InboxTest, StopsEvenIfItCannotRecordCompletedMessages) {
  start();
  EXPECT_EQ(inbox->take("a"), Intake::accepted);
  ASSERT_TRUE(delivered(1));
  ASSERT_TRUE(store->run("DROP TABLE inbox"));
  inbox->acknowledge(tag(0));
  EXPECT_EQ(inbox->stop(), 0U);
}

TEST_F(InboxTest, AcceptsNothingThatItCannotKeep) {
  start();
  ASSERT_TRUE(store->run("DROP TABLE inbox"));
  EXPECT_EQ(inbox->take("a"), Intake::not_now);
  EXPECT_EQ(inbox->take("b"), Intake::not_now);
  EXPECT_EQ(lines.count("ERROR", "Cannot store a message"), 1);
}

TEST_F(InboxTest, RemovesSettledMessagesInTime) {
  open({.remembered = -1s});
  start();
  EXPECT_EQ(inbox->take("a"), Intake::accepted);
  ASSERT_TRUE(delivered(1));
  inbox->acknowledge(tag(0));
  EXPECT_EQ(inbox->stop(), 0U);
  const auto rows = store->run("SELECT count(*) FROM inbox");
  ASSERT_TRUE(rows);
  EXPECT_EQ(storage::number((*rows)[0][0]), 0);
}

TEST_F(InboxTest, ReportsHowManyWaitAndHowManyAreHeldBack) {
  open({.under_way = 1, .again_after = 1h});
  start();
  EXPECT_EQ(inbox->take("deferred"), Intake::accepted);
  ASSERT_TRUE(delivered(1));
  inbox->defer(tag(0));
  EXPECT_EQ(inbox->take("a"), Intake::accepted);
  ASSERT_TRUE(delivered(2));
  EXPECT_EQ(inbox->take("b"), Intake::accepted);
  EXPECT_EQ(inbox->waiting().next, 2U);
  EXPECT_EQ(inbox->waiting().held_back, 0U);
  inbox->hold_back(std::chrono::system_clock::now() + 1h);
  EXPECT_EQ(inbox->waiting().next, 1U);
  EXPECT_EQ(inbox->waiting().held_back, 1U);
}

TEST_F(InboxTest, ReportsThatItCannotKeepMessagesAndRetriesAutomatically) {
  open({.again_after = 1ms, .write_again_after = 1ms});
  start();
  EXPECT_EQ(inbox->problem(), "");
  ASSERT_TRUE(store->run("ALTER TABLE inbox RENAME TO away"));
  EXPECT_EQ(inbox->take("a"), Intake::not_now);
  EXPECT_THAT(inbox->problem(), ::testing::HasSubstr("inbox"));
  ASSERT_TRUE(store->run("ALTER TABLE away RENAME TO inbox"));
  EXPECT_TRUE(support::wait_until([&] { return inbox->problem().empty(); }));
  EXPECT_EQ(inbox->take("a"), Intake::accepted);
}

}  // namespace
}  // namespace runtime
