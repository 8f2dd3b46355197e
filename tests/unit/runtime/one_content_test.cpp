// All deliveries of one message send the same content, also if several replicas handle the message
// at once.
#include "unit/runtime/pipeline_fixture.hpp"

namespace runtime {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

/// Results that another replica began to send.
class SharedByOthers final : public SentResults {
 public:
  explicit SharedByOthers(FileSent& kept) : kept_(kept) {}

  storage::Result<SendDecision> begin(const std::string&, const opencti::WorkId&,
                                      const std::vector<std::string>& bundles) override {
    if (--failures >= 0) {
      return tl::unexpected(storage::Error{"away"});
    }
    own = bundles;
    return others;
  }
  void sent(const std::string& key) override { told.push_back(key); }
  bool has_room(std::size_t) const override { return room; }
  bool keep(const SentResult& result) override { return keeps && kept_.keep(result); }
  std::optional<std::int64_t> announced_for(const std::string& key) override {
    return announced ? announced : kept_.announced_for(key);
  }
  std::int64_t announced_by_others(const opencti::WorkId&, const std::string&) override {
    return 0;
  }
  std::vector<DueResult> due(std::size_t most) override { return kept_.due(most); }
  std::optional<SentResult> read(const std::string& key) override { return kept_.read(key); }
  void forget(const std::vector<std::string>& keys) override { kept_.forget(keys); }
  void postpone(const std::vector<std::pair<std::string, std::chrono::milliseconds>>&) override {}
  std::int64_t size() const override { return kept_.size(); }
  std::uint64_t kept() const override { return kept_.kept(); }
  std::string problem() const override { return {}; }

  SendDecision others;
  int failures = 0;
  bool room = true;
  bool keeps = true;
  std::optional<std::int64_t> announced;
  std::vector<std::string> own;
  std::vector<std::string> told;

 private:
  FileSent& kept_;
};

/// Records which objects are sent, and under which work.
class Recorder final : public opencti::Output {
 public:
  opencti::Packed pack(const opencti::Parcel& parcel) override {
    auto text = json(parcel.objects).dump();
    auto name = parcel.work_id.empty() ? "" : parcel.work_id.text() + " ";
    return {.objects = parcel.objects.size(),
            .expectations = static_cast<std::int64_t>(parcel.objects.size()),
            .bundles = {json{{"objects", parcel.objects}}.dump()},
            .delivery = [this, line = name + text](const auto&, const auto&) {
              sent.push_back(line);
              return opencti::SendAnswer::done();
            }};
  }

  std::vector<std::string> sent;
};

class OneContent : public PipelineTest {
 protected:
  void enrich(const char* settled = "acknowledge 1") {
    pipeline.emplace(PipelineOptions{.workers = 1}, enricher, handing_over, playbooks, settler,
                     *attempts, log);
    pipeline->take(delivery(1));
    ASSERT_TRUE(journal.wait_for(settled));
    pipeline.reset();
  }

  SharedByOthers shared{sent};
  Recorder output_;
  HandOver handing_over{{platform, output_, patience, shared, [] {}}};
};

TEST_F(OneContent, TheFirstDeliveryRecordsItsResultBeforeItSendsIt) {
  enrich();
  ASSERT_EQ(output_.sent.size(), 1);
  ASSERT_EQ(shared.own.size(), 1);
  EXPECT_EQ(output_.sent[0], "work_1 " + json::parse(shared.own[0])["objects"].dump());
  EXPECT_EQ(shared.kept(), 1);
  EXPECT_THAT(shared.told, IsEmpty()) << "a result that is kept needs no record that it was sent";
}

TEST_F(OneContent, AnotherSendsTheContentOfTheFirst) {
  shared.others.bundles = {R"({"objects":[1,2]})", R"({"objects":[3]})"};
  enrich();
  EXPECT_THAT(output_.sent, ElementsAre("work_1 [1,2,3]"));
  EXPECT_THAT(journal.entries("open"), ElementsAre("open work_1 3 again"))
      << "the first delivery may have announced the result";
}

TEST_F(OneContent, ARecordThatCannotBeReadDoesNotReplaceIt) {
  for (const auto* record : {"torn {", "[1]", R"({"objects":{"a":1}})", R"({"objects":[]})"}) {
    shared.others.bundles = {record};
    EXPECT_THAT(objects_in(shared.others.bundles), IsEmpty()) << record;
  }
  shared.others.bundles = {"[1]"};
  enrich();
  ASSERT_EQ(output_.sent.size(), 1);
  EXPECT_EQ(output_.sent[0], "work_1 " + json::parse(shared.own.at(0))["objects"].dump());
}

TEST_F(OneContent, AnotherSendsTheSameContentAlsoWithoutTheWorksId) {
  shared.others.bundles = {R"({"objects":[1]})"};
  shared.room = false;
  enrich();
  EXPECT_THAT(output_.sent, ElementsAre("[1]"));
  EXPECT_THAT(shared.told, ElementsAre(key_of(1)));
}

TEST_F(OneContent, AnotherSendsTheSameContentIfTheResultCouldNotBeKept) {
  shared.others.bundles = {R"({"objects":[1]})"};
  shared.keeps = false;
  enrich();
  EXPECT_THAT(output_.sent, ElementsAre("work_1 [1]", "[1]"));
  EXPECT_THAT(shared.told, ElementsAre(key_of(1)));
}

TEST_F(OneContent, AResultThatAnotherHasSentIsOnlyReported) {
  shared.others.sent = true;
  shared.announced = 2;
  enrich();
  EXPECT_THAT(output_.sent, IsEmpty());
  EXPECT_THAT(journal.entries("open"), IsEmpty());
  EXPECT_THAT(journal.entries("close"), ElementsAre("close work_1"));
}

TEST_F(OneContent, AResultThatAnotherHasReportedIsNotReportedAgain) {
  shared.others.sent = true;
  shared.announced = 0;
  enrich();
  EXPECT_THAT(journal.entries("close"), IsEmpty());
}

TEST_F(OneContent, NothingIsSentBeforeTheStoreAnswers) {
  shared.failures = 5;
  shared.others.bundles = {R"({"objects":[1]})"};
  enrich();
  EXPECT_THAT(output_.sent, ElementsAre("work_1 [1]"));
}

TEST_F(OneContent, AMessageThatIsTakenBackIsNotSentWhileTheStoreIsUnreachable) {
  shared.others.agreed = false;
  shared.room = false;
  const Patience careful{settler, {.between = {1ms, 2ms}, .replicas = true}};
  const HandOver beside_replicas{{platform, output_, careful, shared, [] {}}};
  settler.still_ours = false;
  pipeline.emplace(PipelineOptions{.workers = 1}, enricher, beside_replicas, playbooks, settler,
                   *attempts, log);
  pipeline->take(delivery(1));
  ASSERT_TRUE(journal.wait_for("give back 1"));
  pipeline.reset();
  EXPECT_THAT(output_.sent, IsEmpty());
  EXPECT_THAT(journal.entries("open"), IsEmpty());
  EXPECT_THAT(journal.entries("close"), IsEmpty());
}

}  // namespace
}  // namespace runtime
