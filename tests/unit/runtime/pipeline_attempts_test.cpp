// Messages that end the process, or fail, each time.
#include <vector>

#include "unit/runtime/pipeline_fixture.hpp"

namespace runtime {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

TEST_F(PipelineTest, AFailureThatCannotEvenBeReportedGivesTheMessageBack) {
  lookup.bug = true;
  platform.close_bug = true;
  start().take(delivery(1));
  ASSERT_TRUE(journal.wait_for("give back 1"));
}

TEST_F(PipelineTest, AMessageThatWasBegunThreeTimesWithoutAnEndIsGivenUp) {
  begun_earlier(message_about(1), 3);
  start().take(delivery(1, true));
  ASSERT_TRUE(journal.wait_for("acknowledge 1"));
  EXPECT_THAT(journal.entries(), ElementsAre("close work_1 in error", "acknowledge 1"));
  EXPECT_TRUE(pipeline->finish(1s));
  EXPECT_THAT(*store.run("SELECT * FROM attempts"), IsEmpty());
}

TEST_F(PipelineTest, AMessageGivenUpStaysSoUntilItsReport) {
  begun_earlier(message_about(1), 3);
  platform.close_errors = 1'000'000;
  platform.close_error = {opencti::ErrorKind::unreachable, "down"};
  pipeline.emplace(PipelineOptions{.workers = 1, .message_timeout = 50ms}, enricher, hand_over,
                   playbooks, settler, *attempts, log);
  pipeline->take(delivery(1, true));
  ASSERT_TRUE(journal.wait_for("give back 1"));
  EXPECT_EQ(store.run("SELECT * FROM attempts")->size(), 1U);
}

TEST_F(PipelineTest, AMessageThatEndsTheProcessEvenWhileItIsGivenUpIsDropped) {
  begun_earlier(message_about(1), Attempts::drop_after);
  start().take(delivery(1, true));
  ASSERT_TRUE(journal.wait_for("reject 1"));
  EXPECT_THAT(journal.entries("close"), IsEmpty());
}

/// If an object has two members of the same name, a parser returns the last one, and a text search
/// the first one.
constexpr const char* read_differently =
    R"({"internal":{"work_id":"work_searched","work_id":"work_read","mode":"manual"},)"
    R"("event":{"entity_id":"file--1"}})";

TEST_F(PipelineTest, AMessageThatEndsTheProcessWhileItIsReadIsNotReadAFourthTime) {
  std::uint64_t number = 0;
  for (std::int64_t count = 3; count < Attempts::drop_after; ++count) {
    for (const auto reason : {Attempts::crashed_reading, Attempts::crashed_salvaging}) {
      begun_earlier(read_differently, count, reason);
      start().take({{1, ++number}, read_differently, true});
      ASSERT_TRUE(journal.wait_for("acknowledge " + std::to_string(number)));
      EXPECT_TRUE(pipeline->finish(1s));
      EXPECT_THAT(*store.run("SELECT * FROM attempts"), IsEmpty());
    }
  }
  EXPECT_THAT(journal.entries("close"), ::testing::Each("close work_searched in error"));
  EXPECT_THAT(journal.entries("ask"), IsEmpty());
}

TEST_F(PipelineTest, AMessageThatEndedTheProcessOnceOrTwiceWhileItWasReadIsReadAgain) {
  for (std::uint64_t count = 1; count < 3; ++count) {
    begun_earlier(read_differently, static_cast<std::int64_t>(count), Attempts::crashed_reading);
    start().take({{1, count}, read_differently, true});
    ASSERT_TRUE(journal.wait_for("acknowledge " + std::to_string(count)));
    EXPECT_TRUE(pipeline->finish(1s));
  }
  EXPECT_THAT(journal.entries("close"), ::testing::Each(::testing::StartsWith("close work_read")));
}

TEST_F(PipelineTest, AnUnreadMessageStaysUnreadUntilItsReport) {
  begun_earlier(message_about(1), 3, Attempts::crashed_reading);
  platform.close_errors = 1'000'000;
  platform.close_error = {opencti::ErrorKind::unreachable, "down"};
  pipeline.emplace(PipelineOptions{.workers = 1, .message_timeout = 50ms}, enricher, hand_over,
                   playbooks, settler, *attempts, log);
  pipeline->take(delivery(1, true));
  ASSERT_TRUE(journal.wait_for("give back 1"));
  EXPECT_EQ(storage::text((*store.run("SELECT reason FROM attempts"))[0][0]),
            Attempts::crashed_reading);
}

TEST_F(PipelineTest, AStepWhoseMessageIsNotReadIsAnswered) {
  const auto body =
      json{{"internal",
            {{"playbook", {{"execution_id", "x"}, {"playbook_id", "p"}, {"step_id", "s"}}}}},
           {"event",
            {{"entity_id", "file--1"},
             {"bundle", {{"type", "bundle"}, {"objects", {fakes::file_object(1)}}}}}}}
          .dump();
  begun_earlier(body, 3, Attempts::crashed_reading);
  start().take({{1, 1}, body, true});
  ASSERT_TRUE(journal.wait_for("acknowledge 1"));
  EXPECT_EQ(platform.last_bundle()["objects"], json({fakes::file_object(1)}));
  EXPECT_TRUE(pipeline->finish(1s));
  // Even the search for the end of the bundle ended the process.
  ASSERT_TRUE(store.run("DELETE FROM playbook_answers"));
  begun_earlier(body, 4, Attempts::crashed_salvaging);
  start().take({{1, 2}, body, true});
  ASSERT_TRUE(journal.wait_for("acknowledge 2"));
  EXPECT_EQ(platform.last_bundle()["objects"], json::array());
  EXPECT_THAT(journal.entries("ask"), IsEmpty());
}

TEST_F(PipelineTest, APlaybooksStepThatIsGivenUpIsAnsweredWithTheOriginal) {
  begun_earlier(playbook_about(fakes::file_object(1)), 3);
  start().take({{1, 1}, playbook_about(fakes::file_object(1)), true});
  ASSERT_TRUE(journal.wait_for("acknowledge 1"));
  EXPECT_THAT(journal.entries("ask"), IsEmpty());
  EXPECT_EQ(platform.last_bundle()["objects"], json({fakes::file_object(1)}));
}

TEST_F(PipelineTest, AMessageThatFailsThreeTimesInTheSameWayIsGivenUp) {
  lookup.bug = true;
  platform.close_bug = true;
  start();
  for (int i = 1; i <= 3; ++i) {
    pipeline->take({{1, static_cast<std::uint64_t>(i)}, message_about(1), i > 1});
    ASSERT_TRUE(journal.wait_for("give back " + std::to_string(i)));
  }
  platform.close_bug = false;
  pipeline->take({{1, 4}, message_about(1), true});
  ASSERT_TRUE(journal.wait_for("acknowledge 4"));
  EXPECT_EQ(journal.entries("ask").size(), 3U);
  EXPECT_THAT(journal.entries("close"), ElementsAre("close work_1 in error"));
}

TEST_F(PipelineTest, AMessageThatOnlyWaitsIsNotCounted) {
  lookup.held = {sha256_of(1)};
  start(1).take(delivery(1));
  ASSERT_TRUE(journal.wait_for("ask 1"));
  pipeline->take(delivery(2));
  const auto rows = store.run("SELECT key, begun FROM attempts");
  ASSERT_EQ(rows->size(), 1U);
  EXPECT_EQ(storage::text(rows->front()[0]), Attempts::key_of(message_about(1)));
  EXPECT_EQ(storage::number(rows->front()[1]), 1);
}

TEST_F(PipelineTest, AMessageDoneOrGivenBackIsNotCounted) {
  start().take(delivery(1, true));
  ASSERT_TRUE(journal.wait_for("acknowledge 1"));
  lookup.held = {sha256_of(2)};
  pipeline->take(delivery(2, true));
  ASSERT_TRUE(journal.wait_for("ask 2"));
  EXPECT_EQ(store.run("SELECT begun FROM attempts")->size(), 1U)
      << "the attempt is recorded while the message is in progress";
  pipeline->finish(0ms);
  EXPECT_THAT(*store.run("SELECT * FROM attempts"), IsEmpty());
}

/// Records what is begun and not begun.
class WatchedAttempts final : public Attempts {
 public:
  explicit WatchedAttempts(Attempts& attempts) : attempts_(attempts) {}
  EarlierAttempts find(const std::string& key) override { return attempts_.find(key); }
  void begun(const std::string& key, const EarlierAttempts& earlier,
             std::string_view crash_reason) override {
    calls.push_back("begun " + key);
    attempts_.begun(key, earlier, crash_reason);
  }
  void not_begun(const std::string& key, const EarlierAttempts& earlier) override {
    calls.push_back("not begun " + key);
    attempts_.not_begun(key, earlier);
  }
  void failed(const std::string& key, const EarlierAttempts& earlier,
              const std::string& reason) override {
    attempts_.failed(key, earlier, reason);
  }
  void over(const std::string& key) override { attempts_.over(key); }

  std::vector<std::string> calls;

 private:
  Attempts& attempts_;
};

TEST_F(PipelineTest, WhileAMessageThatEndedTheProcessIsReadAgainACrashCountsForNoOther) {
  begun_earlier(message_about(2), 1, Attempts::crashed_reading);
  WatchedAttempts watched(*attempts);
  lookup.held = {sha256_of(1)};
  pipeline.emplace(PipelineOptions{.workers = 1}, enricher, hand_over, playbooks, settler, watched,
                   log);
  pipeline->take(delivery(1));
  ASSERT_TRUE(journal.wait_for("ask 1"));
  watched.calls.clear();
  pipeline->take(delivery(2, true));
  const std::vector calls = watched.calls;
  lookup.release(sha256_of(1));
  EXPECT_THAT(calls, ElementsAre("not begun " + key_of(1), "begun " + key_of(2),
                                 "begun " + key_of(1), "not begun " + key_of(2)));
  pipeline.reset();
}

}  // namespace
}  // namespace runtime
