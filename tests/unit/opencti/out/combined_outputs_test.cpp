#include "opencti/out/combined_outputs.hpp"

#include <gmock/gmock.h>

namespace opencti {
namespace {

using Kind = SendAnswer::Kind;
using testing::ElementsAre;
using testing::IsEmpty;

const auto deadline = net::Deadline::after(std::chrono::seconds(10));

/// A complete output: only pack() has to be implemented.
class StandIn final : public Output {
 public:
  StandIn(std::string name, std::vector<std::string>& journal)
      : name_(std::move(name)), journal_(journal) {}

  Packed pack(const Parcel&) override {
    return {.remark = name_, .delivery = [this](const auto&, const auto&) {
              journal_.push_back(name_);
              return std::exchange(answer, SendAnswer::done());
            }};
  }

  SendAnswer answer = SendAnswer::done();

 private:
  std::string name_;
  std::vector<std::string>& journal_;
};

class Combined : public testing::Test {
 protected:
  std::vector<std::string> journal;
  StandIn folder{"folder", journal};
  StandIn bucket{"bucket", journal};
  StandIn queue{"queue", journal};
  StandIn workbench{"workbench", journal};
  const Parcel for_draft{.draft_id = DraftId("draft_1")};
};

class Copying : public Combined {};

TEST_F(Copying, CopiesComeFirstAndThePipelineReadsTheUsualOutput) {
  CopyingOutput output({&folder, &bucket}, &queue);
  const auto packed = output.pack({});
  EXPECT_EQ(packed.remark, "queue");
  EXPECT_TRUE(packed.send(deadline));
  EXPECT_THAT(journal, ElementsAre("folder", "bucket", "queue"));
}

TEST_F(Copying, TheRestIsSentOnceTheCopyIsMadeAndTheCopyIsMadeOnce) {
  CopyingOutput output({&folder}, &queue);
  folder.answer = SendAnswer::retry("full");
  queue.answer = SendAnswer::intercepted("a page");
  const auto packed = output.pack({});
  EXPECT_EQ(packed.send(deadline).reason, "full");
  EXPECT_EQ(packed.send(deadline).reason, "a page");
  EXPECT_TRUE(packed.send(deadline));
  EXPECT_THAT(journal, ElementsAre("folder", "folder", "queue", "queue"));
}

TEST_F(Copying, AnswersOfEachOutputArePassedOn) {
  CopyingOutput output({&folder}, nullptr);
  for (const auto& answer : {SendAnswer::retry("r"), SendAnswer::intercepted("r"),
                             SendAnswer::register_again("r"), SendAnswer::rejected("r")}) {
    folder.answer = answer;
    const auto given = output.pack({}).send(deadline);
    EXPECT_EQ(given.kind, answer.kind);
    EXPECT_EQ(given.by_intermediary, answer.by_intermediary);
  }
}

TEST_F(Copying, NothingForADraftIsCopied) {
  CopyingOutput alone({&folder}, nullptr);
  EXPECT_TRUE(alone.pack(for_draft).send(deadline));
  EXPECT_THAT(journal, IsEmpty());
  CopyingOutput output({&folder}, &queue);
  EXPECT_TRUE(output.pack(for_draft).send(deadline));
  EXPECT_THAT(journal, ElementsAre("queue"));
}

class Validating : public Combined {};

TEST_F(Validating, IsForResultsOutsideDrafts) {
  ValidatingOutput output(workbench, queue, true);
  EXPECT_EQ(output.pack({}).remark, "workbench");
  EXPECT_EQ(output.pack(for_draft).remark, "queue");
}

TEST_F(Validating, AMessageCanAskForIt) {
  ValidatingOutput output(workbench, queue, false);
  EXPECT_EQ(output.pack({}).remark, "queue");
  Parcel forced;
  forced.validate = true;
  EXPECT_EQ(output.pack(forced).remark, "workbench");
  forced.draft_id = DraftId("draft_1");
  EXPECT_EQ(output.pack(forced).remark, "queue");
}

}  // namespace
}  // namespace opencti
