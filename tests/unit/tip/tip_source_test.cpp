#include "tip/tip_source.hpp"

#include <gmock/gmock.h>

#include <optional>

namespace tip {
namespace {

using namespace std::chrono_literals;
using source::Outcome;
using testing::HasSubstr;

class FixedLookup final : public kaspersky::Lookup {
 public:
  kaspersky::Outcome look_up(const kaspersky::Inquiry& inquiry, const net::Deadline&) override {
    last = inquiry;
    return outcome;
  }
  kaspersky::Outcome outcome;
  std::optional<kaspersky::Inquiry> last;
};

class TipSourceTest : public testing::Test {
 protected:
  source::Verdict ask(kaspersky::Outcome outcome, const enrichment::Options& options = {}) {
    lookup.outcome = std::move(outcome);
    TipSource tip({.enrichment = options}, lookup);
    return tip.enrich({.observable = address, .purpose = source::Purpose::manual, .fresh = true},
                      net::Deadline::after(10s));
  }
  static kaspersky::Found red() {
    kaspersky::Answer answer;
    answer.zone = kaspersky::Zone::red;
    return {answer, R"({"Zone":"Red"})", AnswerLease()};
  }
  using AnswerLease = std::shared_ptr<net::MemoryBudget::Lease>;

  stix::Observable address{.id = "ipv4-addr--1", .type = "ipv4-addr", .value = "198.51.100.1"};
  FixedLookup lookup;
};

TEST_F(TipSourceTest, AnAnswerIsConvertedAndKept) {
  address.value = "8.8.8.8";
  const auto verdict = ask(red());
  EXPECT_EQ(verdict.outcome, Outcome::found);
  EXPECT_EQ(verdict.text, "Kaspersky zone: red.");
  EXPECT_EQ(verdict.rating, "red");
  ASSERT_TRUE(verdict.enrichment);
  EXPECT_FALSE(verdict.enrichment->author_id.empty());
  EXPECT_EQ(verdict.answer, R"({"Zone":"Red"})");
  EXPECT_EQ(verdict.queried->value, "8.8.8.8");
  EXPECT_EQ(verdict.queried->kind, "ip");
  EXPECT_EQ(lookup.last->purpose, kaspersky::Purpose::manual);
  EXPECT_TRUE(lookup.last->fresh);
}

TEST_F(TipSourceTest, ObjectsThatAreNotWorthARequestAreNotLookedUp) {
  address.value = "10.0.0.1";
  const auto verdict = ask(red());
  EXPECT_EQ(verdict.outcome, Outcome::skipped);
  EXPECT_THAT(verdict.text, HasSubstr("Not looked up at Kaspersky: 10.0.0.1 is a special address"));
  EXPECT_FALSE(verdict.queried);
  EXPECT_FALSE(lookup.last);
}

TEST_F(TipSourceTest, EveryOutcomeOfALookupKeepsItsKind) {
  address.value = "8.8.8.8";
  const kaspersky::Outcome all[] = {kaspersky::NotFound{},         kaspersky::Skipped{"why"},
                                    kaspersky::RateLimited{},      kaspersky::QuotaExhausted{},
                                    kaspersky::Refused{"why"},     kaspersky::Rejected{"why"},
                                    kaspersky::Unavailable{"why"}, kaspersky::Malformed{"why"}};
  for (const auto& outcome : all) {
    const auto verdict = ask(outcome);
    EXPECT_EQ(verdict.outcome, kind_of(outcome));
    EXPECT_FALSE(verdict.text.empty());
    EXPECT_FALSE(verdict.enrichment);
    EXPECT_EQ(verdict.answer, "");
    EXPECT_EQ(verdict.retry_at.has_value(), verdict.outcome == Outcome::quota_exhausted);
    EXPECT_FALSE(verdict.deferred);
  }
  EXPECT_TRUE(ask(kaspersky::Unavailable{.why = "stopping", .deferred = true}).deferred);
}

TEST_F(TipSourceTest, AnEmptyAnswerIsNotFoundAndStillShownUnchanged) {
  address.value = "8.8.8.8";
  const auto verdict = ask(kaspersky::Found{.answer = {}, .text = "{}"});
  EXPECT_EQ(verdict.outcome, Outcome::not_found);
  EXPECT_EQ(verdict.rating, "");
  EXPECT_EQ(verdict.answer, "{}");
  EXPECT_EQ(ask(kaspersky::Found{}, {.note_not_found = true}).text,
            "Kaspersky knows nothing about this object. A note on it says so.");
}

TEST_F(TipSourceTest, AnAnswerAboutAnotherObjectIsMalformed) {
  address.value = "8.8.8.8";
  auto found = red();
  found.answer.ip = kaspersky::IpGeneralInfo{.ip = "9.9.9.9", .country_code = {}};
  const auto verdict = ask(found);
  EXPECT_EQ(verdict.outcome, Outcome::malformed);
  EXPECT_EQ(verdict.answer, "");
  EXPECT_FALSE(verdict.enrichment);
}

TEST_F(TipSourceTest, TheMemoryOfTheAnswerIsHeldAsLongAsTheVerdict) {
  address.value = "8.8.8.8";
  net::MemoryBudget budget(1000);
  auto found = red();
  found.memory = std::make_shared<net::MemoryBudget::Lease>(
      *budget.take(budget.largest(), net::Deadline::after(10s)));
  std::optional<source::Verdict> verdict = ask(std::move(found));
  lookup.outcome = kaspersky::NotFound{};
  EXPECT_FALSE(budget.try_take(budget.largest()));
  verdict.reset();
  EXPECT_TRUE(budget.try_take(budget.largest()));
}

TEST_F(TipSourceTest, AnAnswerThatTheCallerHasIsUsedInsteadOfALookup) {
  address.value = "8.8.8.8";
  TipSource tip({}, lookup);
  const auto verdict =
      tip.enrich({.observable = address, .fresh = true, .answer = R"({"Zone":"Red"})"},
                 net::Deadline::after(10s));
  EXPECT_EQ(verdict.outcome, Outcome::found);
  EXPECT_EQ(verdict.rating, "red");
  EXPECT_EQ(verdict.queried->value, "8.8.8.8");
  EXPECT_FALSE(lookup.last);
}

TEST_F(TipSourceTest, ASavedAnswerIsJudgedLikeALiveOne) {
  address.value = "10.0.0.1";
  const auto verdict = judge_saved_answer(R"({"Zone": "Red"})", {.observable = address}, {});
  EXPECT_EQ(verdict.outcome, Outcome::found)
      << "an answer that was saved is used, also for an address that is not looked up";
  EXPECT_EQ(verdict.rating, "red");
  EXPECT_EQ(judge_saved_answer("no JSON", {.observable = address}, {}).outcome, Outcome::malformed);
}

}  // namespace
}  // namespace tip
