// The content of a file is transferred to the server that replicas share, and back.
#include "storage/transfer.hpp"

#include <gmock/gmock.h>

#include <numeric>

#include "integration/replicas_fixture.hpp"
#include "kaspersky/file_answers.hpp"
#include "kaspersky/file_ledger.hpp"
#include "kaspersky/shared_answers.hpp"
#include "kaspersky/shared_ledger.hpp"
#include "runtime/file_attempts.hpp"
#include "runtime/file_playbooks.hpp"
#include "runtime/file_sent.hpp"
#include "runtime/shared_attempts.hpp"
#include "runtime/shared_playbooks.hpp"
#include "runtime/shared_sent.hpp"

namespace {

using namespace support::replicas;
using testing::ElementsAre;
using testing::SizeIs;
using Figures = kaspersky::RequestLedger::Figures;

class TransferTest : public SharedStoreTest {
 protected:
  /// Fills the file through the classes that use it.
  void fill(storage::Database& file) {
    kaspersky::FileAnswers answers(file, lines.log());
    answers.put("q", "answer", wide);
    answers.put("nothing", std::nullopt, wide);
    kaspersky::FileLedger ledger(file, lines.log());
    ledger.begin(today);
    for (int i = 0; i < 3; ++i)
      ASSERT_TRUE(ledger.count(today, [](const Figures&) { return true; }));
    ledger.learn(today, {.day_requests = 7, .day_quota = 500});
    runtime::FileAttempts attempts(file, lines.log());
    attempts.failed("m", {.attempts = 1}, "no memory");
    runtime::FilePlaybooks playbooks(file, lines.log());
    static_cast<void>(playbooks.begin("begun", "content", 0));
    static_cast<void>(playbooks.begin("done", "content", 0));
    playbooks.answered("done");
    runtime::FileSent sent({.first_check = 0ms}, file, lines.log());
    ASSERT_TRUE(sent.keep({.key = "r",
                           .work_id = opencti::WorkId("work"),
                           .announced = 2,
                           .entity_id = opencti::EntityId("file--1"),
                           .bundles = {"{1}", "{2}"}}));
  }
  static void expect_filled(kaspersky::AnswerStore& answers, kaspersky::RequestLedger& ledger,
                            runtime::Attempts& attempts, runtime::PlaybookLedger& playbooks,
                            runtime::SentResults& sent) {
    ASSERT_TRUE(answers.find("q"));
    EXPECT_LT(answers.find("q")->age, 60);
    EXPECT_EQ(answers.read("q", *answers.find("q"))->text, "answer");
    EXPECT_EQ(answers.read("nothing", *answers.find("nothing"))->text, std::nullopt);
    ledger.begin(today);
    const auto figures = ledger.figures(today);
    EXPECT_EQ(figures.ours, 3);
    EXPECT_EQ(figures.all, 7);
    EXPECT_EQ(figures.quota, 500);
    EXPECT_EQ(attempts.find("m").attempts, 2);
    EXPECT_EQ(attempts.find("m").reason, "no memory");
    EXPECT_EQ(playbooks.begin("begun", std::nullopt, 0)->changed, "content");
    EXPECT_TRUE((*playbooks.find("done"))->answered);
    ASSERT_THAT(sent.due(10), SizeIs(1));
    EXPECT_EQ(sent.announced_for("r"), 2);
    EXPECT_EQ(sent.announced_by_others(opencti::WorkId("work"), ""), 2);
    EXPECT_THAT(sent.read("r")->bundles, ElementsAre("{1}", "{2}"));
  }
  void expect_filled(Replica& replica) {
    kaspersky::FileAnswers own(replica.own, lines.log());
    kaspersky::SharedAnswers answers(replica.shared, own, lines.log());
    kaspersky::SharedLedger ledger(replica.shared, lines.log());
    runtime::SharedAttempts attempts(replica.shared, lines.log());
    runtime::SharedPlaybooks playbooks(replica.shared, lines.log());
    runtime::SharedSent sent({}, replica.shared, lines.log());
    expect_filled(answers, ledger, attempts, playbooks, sent);
  }
  void expect_filled(storage::Database& file) {
    kaspersky::FileAnswers answers(file, lines.log());
    kaspersky::FileLedger ledger(file, lines.log());
    runtime::FileAttempts attempts(file, lines.log());
    runtime::FilePlaybooks playbooks(file, lines.log());
    runtime::FileSent sent({}, file, lines.log());
    expect_filled(answers, ledger, attempts, playbooks, sent);
  }
  static std::vector<std::int64_t> rows(
      const storage::Result<std::vector<storage::Transferred>>& done) {
    std::vector<std::int64_t> out;
    if (!done) return out;
    for (const auto& each : *done) out.push_back(each.rows);
    return out;
  }

  storage::Database before{storage::DatabaseOptions{}, lines.log()};
  storage::Database after{storage::DatabaseOptions{}, lines.log()};
};

TEST_F(TransferTest, TheContentOfAFileReachesReplicasAndTheNextFile) {
  fill(before);
  EXPECT_THAT(rows(storage::import_into(a.redis, before)), ElementsAre(2, 1, 1, 2, 1));
  expect_filled(b);
  EXPECT_THAT(rows(storage::export_from(a.redis, after)), ElementsAre(2, 1, 1, 2, 1));
  expect_filled(after);
}

TEST_F(TransferTest, BothCanBeDoneAgain) {
  fill(before);
  for (int i = 0; i < 2; ++i) {
    ASSERT_TRUE(storage::import_into(a.redis, before));
    ASSERT_TRUE(storage::export_from(a.redis, after));
  }
  expect_filled(after);
  expect_filled(b);
  const auto sums = after.run("SELECT bytes, (SELECT sum(size) FROM answers) FROM answers_size");
  ASSERT_TRUE(sums);
  EXPECT_EQ(storage::number(sums->front()[0]), storage::number(sums->front()[1]));
  EXPECT_EQ(server.ask({"GET", "test:answers"}), std::to_string(2 * 400 + 6));
}

TEST_F(TransferTest, AnswersMayTogetherBeMoreThanOneReplyHolds) {
  kaspersky::FileAnswers own(a.own, lines.log());
  kaspersky::SharedAnswers answers(a.shared, own, lines.log());
  const std::string text(14'000'000, 'x');
  for (const auto* key : {"1", "2", "3", "4", "5"}) {
    answers.put(key, text, {.max_bytes = 100'000'000, .longest = 1h});
  }
  const auto done = storage::export_from(a.redis, after);
  ASSERT_TRUE(done) << done.error().message;
  EXPECT_EQ(rows(done).front(), 5);
}

TEST_F(TransferTest, AFullFileIsAnError) {
  kaspersky::FileAnswers own(a.own, lines.log());
  kaspersky::SharedAnswers(a.shared, own, lines.log()).put("q", std::string(900'000, 'x'), wide);
  storage::Database small({.max_size = 200'000}, lines.log());
  EXPECT_FALSE(storage::export_from(a.redis, small));
}

}  // namespace
