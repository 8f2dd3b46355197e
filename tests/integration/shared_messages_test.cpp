// The state of messages that replicas share: attempts, steps of playbooks, and results.
#include <gmock/gmock.h>

#include <set>
#include <thread>

#include "integration/replicas_fixture.hpp"
#include "opencti/out/playbook_reply.hpp"
#include "runtime/shared_attempts.hpp"
#include "runtime/shared_playbooks.hpp"
#include "runtime/shared_sent.hpp"

namespace {

using namespace support::replicas;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

// --- attempts ---

TEST_F(SharedStoreTest, AReplicaThatDiesWithAMessageIsAnAttempt) {
  meet();
  runtime::SharedAttempts of_a(a.shared, lines.log()), of_b(b.shared, lines.log());
  of_a.begun("m", {}, runtime::Attempts::crashed);
  EXPECT_EQ(of_b.begin_reading("m").attempts, 0) << "the replica that began it is alive";
  a.lose_server();
  ASSERT_TRUE(wait_until([&] { return of_b.find("m").attempts == 1; }));
  const auto before = of_b.find("m");
  EXPECT_EQ(before.attempts, 1) << "the replica died once";
  EXPECT_TRUE(before.crashed);
  of_b.failed("m", before, "no memory");
  const Replica third(server, lines.log(), "c");
  runtime::SharedAttempts of_third(third.shared, lines.log());
  EXPECT_EQ(of_third.find("m").attempts, 2);
  EXPECT_EQ(of_third.find("m").reason, "no memory");
  of_b.over("m");
  EXPECT_EQ(of_third.begin_reading("m").attempts, 0);
  EXPECT_EQ(field("attempt:m", third.replicas.id()), runtime::Attempts::crashed_reading);
}

TEST_F(SharedStoreTest, EarlierAttemptsAreKnownAlsoWhereTheServerIsFull) {
  runtime::SharedAttempts attempts(a.shared, lines.log());
  attempts.failed("m", {.attempts = 2}, "no memory");
  server.ask({"CONFIG", "SET", "maxmemory", "1"});
  const auto before = attempts.begin_reading("m");
  EXPECT_EQ(before.attempts, 3);
  EXPECT_EQ(before.reason, "no memory");
}

// --- steps of playbooks ---

class SharedPlaybooksTest : public SharedStoreTest {
 protected:
  static bool answered(runtime::SharedPlaybooks& playbooks) {
    const auto found = playbooks.find("step");
    return found && *found && (*found)->answered;
  }

  runtime::SharedPlaybooks of_a{a.shared, lines.log()};
  runtime::SharedPlaybooks of_b{b.shared, lines.log()};
};

TEST_F(SharedPlaybooksTest, AllReplicasThatBeginAStepAtOnceSendTheSame) {
  std::mutex mutex;
  std::multiset<std::string> contents;
  std::vector<std::thread> threads;
  for (int i = 0; i < 8; ++i) {
    threads.emplace_back([&, i] {
      auto entry = (i % 2 == 0 ? of_a : of_b).begin("step", "content " + std::to_string(i), 0);
      const std::lock_guard lock(mutex);
      contents.insert(entry->changed.value_or("none"));
    });
  }
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(contents.count(*contents.begin()), 8U);
}

TEST_F(SharedPlaybooksTest, ContentThatIsMuchLongerThanTheBundleIsReadAfterAnInterruption) {
  const std::string content(opencti::largest_growth, 'x');
  ASSERT_TRUE(of_a.begin("step", content, 1));
  const auto again = of_b.begin("step", std::nullopt, 1);
  ASSERT_TRUE(again) << again.error().message;
  EXPECT_EQ(again->changed, content);
}

TEST_F(SharedPlaybooksTest, TheOtherKnowsTheAnswerOfOne) {
  EXPECT_FALSE(*of_b.find("step"));
  static_cast<void>(of_a.begin("step", "content", 0));
  ASSERT_TRUE(*of_b.find("step"));
  EXPECT_FALSE(answered(of_b));
  of_a.answered("step");
  EXPECT_TRUE(answered(of_b));
  EXPECT_TRUE(of_b.begin("step", "other", 0)->answered);
  static_cast<void>(of_a.begin("refused", "content", 0));
  ASSERT_TRUE(of_a.rejected("refused"));
  EXPECT_EQ(of_b.begin("refused", "other", 0)->changed, std::nullopt);
}

TEST_F(SharedPlaybooksTest, AnAnswerGivenWhileTheServerWasAwayIsRecordedLater) {
  static_cast<void>(of_a.begin("step", "content", 0));
  a.lose_server();
  of_a.answered("step");
  EXPECT_TRUE(answered(of_a));
  a.find_server();
  EXPECT_TRUE(answered(of_a));
  EXPECT_TRUE(answered(of_b));
}

TEST_F(SharedPlaybooksTest, ARejectionWhileTheServerIsAwayIsRecordedBeforeAnythingElseIsSent) {
  static_cast<void>(of_a.begin("step", "content", 0));
  a.lose_server();
  EXPECT_FALSE(of_a.rejected("step"));
  EXPECT_FALSE(of_a.begin("step", "content", 0));
  a.find_server();
  const auto entry = of_a.begin("step", "content", 0);
  ASSERT_TRUE(entry) << entry.error().message;
  EXPECT_EQ(entry->changed, std::nullopt);
  EXPECT_EQ(of_b.begin("step", "content", 0)->changed, std::nullopt);
}

TEST_F(SharedPlaybooksTest, NothingIsAnsweredWhereOthersCouldNotKnow) {
  a.lose_server();
  EXPECT_FALSE(of_a.find("step"));
  EXPECT_FALSE(of_a.begin("step", "content", 0));
  a.find_server();
  EXPECT_FALSE(*of_b.find("step"));
}

// --- results whose import is not confirmed yet ---

class SharedSentTest : public SharedStoreTest {
 protected:
  static runtime::SentResult result(const std::string& key, const std::string& work = "work") {
    return {.key = key,
            .work_id = opencti::WorkId(work),
            .announced = 2,
            .draft_id = opencti::DraftId("draft"),
            .applicant_id = "applicant",
            .entity_id = opencti::EntityId("file--1"),
            .bundles = {"{1}", "{2}"}};
  }
  static std::vector<std::string> due(runtime::SharedSent& sent) {
    std::vector<std::string> keys;
    for (const auto& one : sent.due(10)) keys.push_back(one.key);
    return keys;
  }

  runtime::SentResultsOptions options{.max_bytes = 40,
                                      .max_results = 4,
                                      .first_check = 0ms,
                                      .write_again_after = 0ms,
                                      .wait_for_store = 1h};
  runtime::SharedSent of_a{options, a.shared, lines.log()};
  runtime::SharedSent of_b{options, b.shared, lines.log()};
};

TEST_F(SharedSentTest, AllDeliveriesOfAMessageSendTheContentOfTheFirst) {
  const auto first = of_a.begin("1", opencti::WorkId("work"), {"{1}", "{2}"});
  ASSERT_TRUE(first);
  EXPECT_FALSE(first->sent);
  EXPECT_THAT(first->bundles, IsEmpty());
  for (auto* each : {&of_b, &of_a}) {
    const auto next = each->begin("1", opencti::WorkId("work"), {"{3}"});
    ASSERT_TRUE(next);
    EXPECT_FALSE(next->sent);
    EXPECT_THAT(next->bundles, ElementsAre("{1}", "{2}"));
  }
  EXPECT_EQ(of_b.announced_for("1"), std::nullopt) << "the result has not been sent yet";
  ASSERT_TRUE(of_a.keep(result("2")));
  ASSERT_TRUE(of_b.keep(result("1")));
  EXPECT_EQ(of_a.begin("1", opencti::WorkId("work"), {"{3}"})->announced_by_others, 2);
}

TEST_F(SharedSentTest, AKeptResultIsNotSentByAnotherDeliveryAlsoOnceItIsImported) {
  ASSERT_TRUE(of_a.begin("1", opencti::WorkId("work"), result("1").bundles));
  ASSERT_TRUE(of_a.keep(result("1")));
  EXPECT_TRUE(of_b.begin("1", opencti::WorkId("work"), {"{3}"})->sent);
  of_a.forget({"1"});
  EXPECT_TRUE(of_b.begin("1", opencti::WorkId("work"), {"{3}"})->sent);
  EXPECT_EQ(of_b.announced_for("1"), 2);
  EXPECT_EQ(of_b.announced_by_others(opencti::WorkId("work"), "2"), 0) << "the result is imported";
  EXPECT_EQ(server.ask({"HEXISTS", "test:content:1", "bundles"}), "0");
}

TEST_F(SharedSentTest, AResultSentWithoutBeingKeptIsNotSentByAnotherDelivery) {
  ASSERT_TRUE(of_a.begin("1", opencti::WorkId("work"), {"{1}"}));
  of_a.sent("1");
  EXPECT_TRUE(of_b.begin("1", opencti::WorkId("work"), {"{3}"})->sent);
  EXPECT_EQ(of_b.announced_for("1"), std::nullopt);
  EXPECT_EQ(server.ask({"HEXISTS", "test:content:1", "bundles"}), "0");
  EXPECT_NE(server.ask({"TTL", "test:content:1"}), "-1");
}

TEST_F(SharedSentTest, NothingStaysOfAResultThatWasRejected) {
  ASSERT_TRUE(of_a.begin("1", opencti::WorkId("work"), {"{1}"}));
  of_a.rejected("1");
  EXPECT_EQ(server.ask({"EXISTS", "test:content:1"}), "0");
  of_a.sent("1");
  of_b.rejected("1");
  EXPECT_TRUE(of_b.begin("1", opencti::WorkId("work"), {"{3}"})->sent)
      << "another replica has sent it";
}

TEST_F(SharedSentTest, WhileTheServerIsAwayNothingIsBegunForAWhile) {
  auto impatient_options = options;
  impatient_options.wait_for_store = 0ms;
  runtime::SharedSent impatient(impatient_options, a.shared, lines.log());
  a.lose_server();
  EXPECT_FALSE(of_a.begin("1", opencti::WorkId("work"), {"{1}"}));
  const auto alone = impatient.begin("1", opencti::WorkId("work"), {"{1}"});
  ASSERT_TRUE(alone) << "without the store it continues alone";
  EXPECT_FALSE(alone->sent);
  EXPECT_THAT(alone->bundles, IsEmpty());
  a.find_server();
  ASSERT_TRUE(of_b.begin("1", opencti::WorkId("work"), {"{2}"}));
  EXPECT_THAT(of_a.begin("1", opencti::WorkId("work"), {"{1}"})->bundles, ElementsAre("{2}"));
}

TEST_F(SharedSentTest, DeliveriesWaitForTheEndOfAnOutageHoweverAnEarlierOneEnded) {
  auto impatient_options = options;
  impatient_options.wait_for_store = 300ms;
  runtime::SharedSent impatient(impatient_options, a.shared, lines.log());
  a.lose_server();
  EXPECT_FALSE(impatient.begin("1", opencti::WorkId("work"), {"{1}"}));
  a.find_server();
  // An outage counts as a new one only after some time.
  std::this_thread::sleep_for(2 * impatient_options.wait_for_store);
  a.lose_server();
  EXPECT_FALSE(impatient.begin("1", opencti::WorkId("work"), {"{1}"}))
      << "no call was made while the server was reachable";
}

TEST_F(SharedSentTest, TheOtherCanSendAgainTheResultOfOne) {
  ASSERT_TRUE(of_a.keep(result("1")));
  ASSERT_TRUE(of_a.keep(result("2")));
  EXPECT_EQ(of_b.announced_for("1"), 2);
  EXPECT_EQ(of_b.announced_for("3"), std::nullopt);
  EXPECT_EQ(of_b.announced_by_others(opencti::WorkId("work"), "1"), 2);
  const auto read = of_b.read("1");
  ASSERT_TRUE(read);
  EXPECT_EQ(read->draft_id.text(), "draft");
  EXPECT_THAT(read->bundles, ElementsAre("{1}", "{2}"));
}

TEST_F(SharedSentTest, OneThatIsDueIsGivenToOneOnly) {
  ASSERT_TRUE(of_a.keep(result("1")));
  EXPECT_EQ(due(of_b), std::vector<std::string>{"1"});
  EXPECT_THAT(due(of_a), IsEmpty());
  of_b.postpone({{"1", 0ms}});
  const auto again = of_a.due(10);
  ASSERT_THAT(again, SizeIs(1));
  EXPECT_EQ(again.front().checks, 1);
  EXPECT_LE(again.front().due, std::chrono::system_clock::now() + 1s);
}

TEST_F(SharedSentTest, OneThatIsLeftIsDueForTheOtherForAsLong) {
  ASSERT_TRUE(of_a.keep(result("1")));
  const auto given = of_a.due(10);
  ASSERT_THAT(given, SizeIs(1));
  of_a.leave(given);
  const auto again = of_b.due(10);
  ASSERT_THAT(again, SizeIs(1));
  EXPECT_EQ(again.front().due, given.front().due);
  EXPECT_EQ(again.front().checks, 0);
}

TEST_F(SharedSentTest, KeepsTheBoundsOfAllTogether) {
  for (const auto* key : {"1", "2", "3", "4"}) EXPECT_TRUE(of_a.keep(result(key))) << key;
  EXPECT_FALSE(of_b.keep(result("5"))) << "too many results are kept";
  EXPECT_FALSE(of_b.has_room(1));
  of_b.forget({"1"});
  EXPECT_TRUE(of_b.has_room(7));
  auto large = result("5");
  large.bundles = {std::string(30, 'x')};
  EXPECT_FALSE(of_a.keep(large)) << "the result is too large";
  EXPECT_EQ(server.ask({"GET", "test:sent-bytes"}), "21");
}

TEST_F(SharedSentTest, AResultForgottenWhileTheServerIsAwayIsNeverDueAgain) {
  ASSERT_TRUE(of_a.keep(result("1")));
  b.lose_server();
  of_b.forget({"1"});
  EXPECT_FALSE(of_b.has_room(1));
  EXPECT_FALSE(of_b.keep(result("2")));
  b.find_server();
  EXPECT_THAT(due(of_b), IsEmpty());
  EXPECT_EQ(server.ask({"EXISTS", "test:sent:1"}), "0");
  EXPECT_EQ(of_b.size(), 0);
}

}  // namespace
