// Tests how the pipeline handles each answer of an output.
#include "unit/runtime/pipeline_fixture.hpp"

namespace runtime {
namespace {

using opencti::SendAnswer;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

/// Returns its scripted answers, then `done`.
class StandIn final : public opencti::Output {
 public:
  opencti::Packed pack(const opencti::Parcel&) override {
    return {.expectations = 2, .bundles = {"{}"}, .delivery = [this](const auto&, const auto&) {
              ++attempts;
              if (answers.empty()) return SendAnswer::done();
              auto answer = answers.back();
              answers.pop_back();
              return answer;
            }};
  }

  std::vector<SendAnswer> answers;
  int attempts = 0;
};

class OutputAnswers : public PipelineTest {
 protected:
  /// Enriches one message until it is settled in this way.
  void enrich(std::vector<SendAnswer> answers, const char* settled = "acknowledge 1") {
    stand_in.answers = std::move(answers);
    pipeline.emplace(PipelineOptions{.workers = 1}, enricher, handing_over, playbooks, settler,
                     *attempts, log);
    pipeline->take(delivery(1));
    ASSERT_TRUE(journal.wait_for(settled));
    pipeline.reset();
  }

  StandIn stand_in;
  /// The platform answers about other messages meanwhile.
  Patience impatient{
      settler,
      {.between = {1ms, 2ms}, .heard_since = [](auto) { return true; }, .stuck_after = 1ms}};
  HandOver handing_over{{platform, stand_in, impatient, sent, [this] { ++renewals; }}};
};

TEST_F(OutputAnswers, DoneIsReportedOnTheWork) {
  enrich({});
  EXPECT_EQ(stand_in.attempts, 1);
  EXPECT_THAT(journal.entries("close"), ElementsAre("close work_1"));
}

TEST_F(OutputAnswers, AgainIsWaitedFor) {
  enrich(std::vector<SendAnswer>(20, SendAnswer::retry("full")));
  EXPECT_EQ(stand_in.attempts, 21);
  EXPECT_EQ(renewals, 0);
  EXPECT_THAT(journal.entries("close"), ElementsAre("close work_1"));
}

TEST_F(OutputAnswers, RegisterAgainRenewsTheRegistrationAndIsWaitedFor) {
  enrich(std::vector<SendAnswer>(20, SendAnswer::register_again("no queue")));
  EXPECT_EQ(stand_in.attempts, 21);
  EXPECT_EQ(renewals, 20);
  EXPECT_THAT(journal.entries("close"), ElementsAre("close work_1"));
}

TEST_F(OutputAnswers, NeverCountsAfterEightTimes) {
  enrich(std::vector<SendAnswer>(7, SendAnswer::rejected("a full queue")));
  EXPECT_EQ(stand_in.attempts, 8);
  EXPECT_THAT(journal.entries("close"), ElementsAre("close work_1"));
}

TEST_F(OutputAnswers, NeverFailsTheWorkWithTheWordsOfTheOutput) {
  enrich(std::vector<SendAnswer>(100, SendAnswer::rejected("its words")));
  EXPECT_EQ(stand_in.attempts, 8);
  EXPECT_EQ(renewals, 0);
  EXPECT_THAT(journal.entries("expect fewer"), ElementsAre("expect fewer work_1 2"));
  EXPECT_THAT(journal.entries("close"), ElementsAre("close work_1 in error"));
  EXPECT_EQ(platform.last_text, "The result was rejected, and nothing was added: its words.");
}

TEST_F(OutputAnswers, AResultThatAnIntermediaryAnswersEachTimeIsPutOff) {
  enrich(std::vector<SendAnswer>(1'000, SendAnswer::intercepted("a page")), "postpone 1");
  EXPECT_THAT(journal.entries("close"), IsEmpty());
}

}  // namespace
}  // namespace runtime
