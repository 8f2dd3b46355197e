#include "source/summary.hpp"

#include <gmock/gmock.h>

#include "source/source.hpp"

namespace source {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::Field;

Verdict scored(std::optional<int> score) {
  Verdict verdict{.outcome = Outcome::found, .text = "Example says 80 %."};
  verdict.enrichment.emplace();
  verdict.enrichment->update.score = score;
  return verdict;
}

TEST(SummaryOf, AVerdictWithoutAnythingToAddIsItsText) {
  EXPECT_EQ(summary_of({.outcome = Outcome::found, .text = "Known."}).meaning, "Known.");
  EXPECT_EQ(summary_of(scored(std::nullopt)).meaning, "Example says 80 %.");
}

TEST(SummaryOf, TheScoreSaysHowBadItIs) {
  EXPECT_EQ(summary_of(scored(80)).tone, Tone::bad);
  EXPECT_EQ(summary_of(scored(60)).tone, Tone::suspicious);
  EXPECT_EQ(summary_of(scored(30)).tone, Tone::unwanted);
  EXPECT_EQ(summary_of(scored(0)).tone, Tone::good);
  EXPECT_EQ(summary_of(scored(80)).score, 80);
}

TEST(SummaryOf, WhereSeveralAreListedLabelsMatterMost) {
  auto verdict = scored(80);
  EXPECT_EQ(summary_of(verdict).remark, "Example says 80 %.");
  verdict.enrichment->update.labels = {"scanner", "ssh"};
  EXPECT_EQ(summary_of(verdict).remark, "scanner, ssh");
}

TEST(SummaryOf, ObjectsAreNamedWithTheirRelationship) {
  auto verdict = scored(80);
  auto& objects = verdict.enrichment->objects;
  verdict.enrichment->author_id = "identity--author";
  objects.push_back({{"type", "identity"}, {"id", "identity--author"}, {"name", "Example"}});
  objects.push_back({{"type", "location"}, {"id", "location--1"}, {"name", "Germany"}});
  objects.push_back(
      {{"type", "autonomous-system"}, {"id", "autonomous-system--1"}, {"number", 64500}});
  objects.push_back({{"type", "relationship"},
                     {"id", "relationship--1"},
                     {"relationship_type", "located-at"},
                     {"source_ref", "ipv4-addr--1"},
                     {"target_ref", "location--1"}});
  const auto summary = summary_of(verdict);
  ASSERT_EQ(summary.tables.size(), 2);
  EXPECT_EQ(summary.tables[1].title, "Objects (2)");
  EXPECT_THAT(
      summary.tables[1].rows,
      ElementsAre(Field(&Summary::Row::cells, ElementsAre("Germany", "location", "located-at")),
                  Field(&Summary::Row::cells, ElementsAre("AS64500", "autonomous-system", ""))));
}

TEST(SummaryOf, TheFirstReferenceIsWhereToReadOn) {
  auto verdict = scored(80);
  verdict.enrichment->update.external_references = {
      {{"source_name", "Example"}, {"url", "https://example.com/1"}},
      {{"source_name", "Other"}, {"url", "https://example.com/2"}}};
  const auto summary = summary_of(verdict);
  EXPECT_EQ(summary.link, "https://example.com/1");
  EXPECT_THAT(summary.tables.front().fields,
              testing::Contains(AllOf(Field(&Summary::Field::label, "Other"),
                                      Field(&Summary::Field::value, "https://example.com/2"))));
}

TEST(Source, ThatSaysNothingOfItCannotBeChecked) {
  class Minimal final : public Source {
   public:
    [[nodiscard]] std::string_view name() const override { return "Example"; }
    [[nodiscard]] Verdict enrich(const Request& /*request*/,
                                 const net::Deadline& /*deadline*/) override {
      return {};
    }
  };
  Minimal source;
  EXPECT_EQ(source.check(net::Deadline::after(std::chrono::seconds(1))).state,
            CheckResult::State::skipped);
  EXPECT_EQ(source.requests_today(Counted::here), std::nullopt);
}

}  // namespace
}  // namespace source
