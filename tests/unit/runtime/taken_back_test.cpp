// A message that the broker has taken back is finished, and its redelivery, if there is one, is
// only acknowledged.
#include <future>

#include "unit/runtime/pipeline_fixture.hpp"

namespace runtime {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

class TakenBackTest : public PipelineTest {
 protected:
  /// Delivers these messages over the first connection, and waits until the first is looked up.
  void begin(const std::vector<std::string>& bodies, int workers = 1) {
    lookup.held = {sha256_of(1)};
    start(workers);
    for (std::uint64_t i = 0; i < bodies.size(); ++i) pipeline->take({{1, i + 1}, bodies[i]});
    ASSERT_TRUE(journal.wait_for("ask 1"));
    journal.clear();
  }
  /// Delivers them again over the second connection, with numbers from 11.
  void take_again(const std::vector<std::string>& bodies) {
    settler.connection = 2;
    for (std::uint64_t i = 0; i < bodies.size(); ++i) {
      pipeline->take({{2, i + 11}, bodies[i], true});
    }
  }
  void go_on() { lookup.release(sha256_of(1)); }
  std::vector<std::string> settled() const {
    auto all = journal.entries("acknowledge");
    for (const auto* kind : {"give back", "reject", "set aside", "postpone"}) {
      for (const auto& entry : journal.entries(kind)) all.push_back(entry);
    }
    return all;
  }
};

TEST_F(TakenBackTest, IsFinishedThoughItNeverComesAgain) {
  begin({message_about(1)});
  settler.connection = 2;
  go_on();
  ASSERT_TRUE(journal.wait_for("close work_1"));
  EXPECT_TRUE(pipeline->finish(10s));
  EXPECT_THAT(journal.entries("publish"), ElementsAre("publish work_1"));
  EXPECT_THAT(settled(), IsEmpty());
}

TEST_F(TakenBackTest, AStepIsAnsweredThoughItNeverComesAgain) {
  begin({playbook_about(fakes::file_object(1))});
  settler.connection = 2;
  go_on();
  ASSERT_TRUE(journal.wait_for("answer x"));
  EXPECT_TRUE(pipeline->finish(10s));
  EXPECT_THAT(settled(), IsEmpty());
}

TEST_F(TakenBackTest, WaitingMessagesAreFinishedTooAndInTheirOrder) {
  begin({message_about(1), message_about(2), message_about(3)});
  settler.connection = 2;
  pipeline->take({{2, 14}, message_about(4), false});
  go_on();
  ASSERT_TRUE(journal.wait_for("acknowledge 14"));
  EXPECT_THAT(journal.entries("publish"),
              ElementsAre("publish work_1", "publish work_2", "publish work_3", "publish work_4"));
  EXPECT_THAT(settled(), ElementsAre("acknowledge 14"));
}

TEST_F(TakenBackTest, ItsRedeliveryTakesThePlaceOfADeliveryThatIsNotBegun) {
  const std::vector bodies{message_about(1), message_about(2), message_about(3)};
  begin(bodies);
  take_again(bodies);
  EXPECT_EQ(pipeline->load().waiting, 3U) << "the redelivery of the first, the second, the third";
  go_on();
  for (int i = 11; i <= 13; ++i) ASSERT_TRUE(journal.wait_for("acknowledge " + std::to_string(i)));
  pipeline->finish(10s);
  EXPECT_THAT(journal.entries("publish"),
              ElementsAre("publish work_1", "publish work_2", "publish work_3"));
  EXPECT_THAT(journal.entries("ask"), ElementsAre("ask 2", "ask 3"));
}

kaspersky::Outcome found() {
  kaspersky::Answer answer;
  answer.zone = kaspersky::Zone::red;
  return kaspersky::Found{answer};
}

/// What a message is, and what there is to return.
struct Kind {
  std::string name;
  std::string body;
  kaspersky::Outcome outcome;
  /// The last request to the platform.
  std::string last = "close work_1";
  bool for_workers = true;
};

class RedeliveryTest : public TakenBackTest, public ::testing::WithParamInterface<Kind> {
 protected:
  void SetUp() override {
    lookup.outcomes = {{sha256_of(1), GetParam().outcome}};
    output.for_workers = GetParam().for_workers;
  }
  void expect_done_once() {
    EXPECT_THAT(journal.entries("ask"), IsEmpty()) << "a second lookup";
    EXPECT_LE(journal.entries("publish").size(), 1U);
    EXPECT_EQ(journal.entries("close").size() + journal.entries("answer").size(), 1U);
    EXPECT_THAT(settled(), ElementsAre("acknowledge 11"));
    EXPECT_THAT(*store.run("SELECT * FROM attempts"), IsEmpty());
  }
};

TEST_P(RedeliveryTest, OfAMessageInProgressWaitsAndIsOnlyAcknowledged) {
  begin({GetParam().body}, 4);
  take_again({GetParam().body});
  go_on();
  ASSERT_TRUE(journal.wait_for("acknowledge 11"));
  EXPECT_TRUE(pipeline->finish(10s));
  expect_done_once();
}

TEST_P(RedeliveryTest, OfAFinishedMessageIsOnlyAcknowledged) {
  begin({GetParam().body}, 4);
  settler.connection = 2;
  go_on();
  ASSERT_TRUE(journal.wait_for(GetParam().last));
  take_again({GetParam().body});
  ASSERT_TRUE(journal.wait_for("acknowledge 11"));
  EXPECT_TRUE(pipeline->finish(10s));
  expect_done_once();
}

TEST_P(RedeliveryTest, AfterALostAcknowledgementIsOnlyAcknowledged) {
  begin({GetParam().body}, 4);
  go_on();
  ASSERT_TRUE(journal.wait_for("acknowledge 1"));
  journal.clear();
  take_again({GetParam().body});
  ASSERT_TRUE(journal.wait_for("acknowledge 11"));
  EXPECT_THAT(journal.entries(), ElementsAre("acknowledge 11"));
}

TEST_P(RedeliveryTest, IsAcknowledgedAtAStopToo) {
  begin({GetParam().body});
  take_again({GetParam().body});
  auto finished = std::async(std::launch::async, [this] { return pipeline->finish(1min); });
  pipeline->take({{2, 20}, message_about(2)});
  ASSERT_TRUE(journal.wait_for("give back 20")) << "it has begun to stop";
  journal.clear();
  go_on();
  EXPECT_TRUE(finished.get());
  expect_done_once();
}

INSTANTIATE_TEST_SUITE_P(
    Of, RedeliveryTest,
    ::testing::Values(Kind{"Found", message_about(1), found()},
                      Kind{"FoundForAWorkbench", message_about(1), found(), "close work_1", false},
                      Kind{"NotFound", message_about(1), kaspersky::NotFound{}},
                      Kind{"Failure", message_about(1), kaspersky::Unavailable{"status 503"},
                           "close work_1 in error"},
                      Kind{"Step", playbook_about(fakes::file_object(1)), found(), "answer x"}),
    [](const auto& kind) { return kind.param.name; });

TEST_F(TakenBackTest, AMessageThatNamesNeitherWorkNorStepIsDropped) {
  const std::vector bodies{message_without_work(1), message_without_work(2)};
  begin(bodies);
  take_again(bodies);
  go_on();
  for (int i = 11; i <= 12; ++i) ASSERT_TRUE(journal.wait_for("acknowledge " + std::to_string(i)));
  EXPECT_THAT(journal.entries("ask"), ElementsAre("ask 1", "ask 2"))
      << "an equal message can be another request";
  EXPECT_THAT(journal.entries("publish"), SizeIs(2));
}

TEST_F(TakenBackTest, AFailedMessageIsRetriedByItsRedelivery) {
  begin({message_about(1), message_about(2)});
  settler.connection = 2;
  lookup.short_of_memory = 1;
  go_on();
  ASSERT_TRUE(journal.wait_for("give back 2"));
  take_again({message_about(2)});
  ASSERT_TRUE(journal.wait_for("acknowledge 11"));
  EXPECT_THAT(journal.entries("publish"), ElementsAre("publish work_1", "publish work_2"));
}

TEST_F(TakenBackTest, TheAttemptInProgressStaysRecordedWhenTheMessageComesAgain) {
  begin({message_about(1)});
  take_again({message_about(1)});
  const auto rows = *store.run("SELECT begun, reason FROM attempts");
  ASSERT_THAT(rows, SizeIs(1));
  EXPECT_EQ(storage::number(rows[0][0]), 1);
  EXPECT_EQ(storage::text(rows[0][1]), Attempts::crashed);
  go_on();
  ASSERT_TRUE(journal.wait_for("acknowledge 11"));
}

/// Other replicas take messages from the same queue, and fresh answers are requested for people.
class TakenBackBesideReplicas : public TakenBackTest {
 protected:
  void begin(const std::string& body, const std::string& waiting = message_about(2, "auto")) {
    lookup.held = {sha256_of(1)};
    pipeline.emplace(PipelineOptions{.workers = 1}, enricher, handing_over, answering, settler,
                     *attempts, log);
    pipeline->take({{1, 1}, body});
    ASSERT_TRUE(journal.wait_for("ask 1"));
    pipeline->take({{1, 2}, waiting});
    settler.connection = 2;
    pipeline->take({{2, 13}, message_about(3, "auto")});
    go_on();
  }
  Patience careful{settler, {.between = {1ms, 2ms}, .replicas = true, .fresh_for_manual = true}};
  HandOver handing_over{{platform, output, careful, sent, [] {}}};
  PlaybookAnswer answering{{platform, careful, ledger, {1ms, 2ms}}};
};

TEST_F(TakenBackBesideReplicas, WorksAreFinishedAndTheirCountsAreReadFirst) {
  begin(message_about(1, "auto"));
  ASSERT_TRUE(journal.wait_for("acknowledge 13"));
  EXPECT_THAT(journal.entries("open"),
              ElementsAre("open work_1 2 again", "open work_2 2 again", "open work_3 2"));
  EXPECT_THAT(journal.entries("publish"),
              ElementsAre("publish work_1", "publish work_2", "publish work_3"));
}

TEST_F(TakenBackBesideReplicas, AStepThatIsNotLookedUpIsDroppedBecauseAnotherMayBeAnsweringIt) {
  begin(message_about(1, "auto"), playbook_about(fakes::file_object(2)));
  ASSERT_TRUE(journal.wait_for("acknowledge 13"));
  EXPECT_THAT(journal.entries("answer"), IsEmpty());
}

TEST_F(TakenBackBesideReplicas, AFreshAnswerIsNotRequestedBesideAnother) {
  begin(message_about(1, "auto"), message_about(2, "manual"));
  ASSERT_TRUE(journal.wait_for("acknowledge 13"));
  EXPECT_THAT(journal.entries("ask"), ElementsAre("ask 1", "ask 3"));
}

TEST_F(TakenBackBesideReplicas, AFailureIsNotReportedBesideAnother) {
  lookup.outcomes = {{sha256_of(1), kaspersky::Unavailable{"status 503"}}};
  begin(message_about(1, "auto"));
  ASSERT_TRUE(journal.wait_for("give back 1"));
  ASSERT_TRUE(journal.wait_for("acknowledge 13"));
  EXPECT_THAT(journal.entries("close"), ElementsAre("close work_2", "close work_3"));
}

TEST_F(TakenBackBesideReplicas, AResultWithoutCommonContentIsNotSent) {
  output.for_workers = false;
  begin(message_about(1, "auto"));
  ASSERT_TRUE(journal.wait_for("give back 1"));
  ASSERT_TRUE(journal.wait_for("acknowledge 13"));
  EXPECT_THAT(journal.entries("publish"), SizeIs(1));
  EXPECT_THAT(journal.entries("close"), ElementsAre("close work_3"));
}

}  // namespace
}  // namespace runtime
