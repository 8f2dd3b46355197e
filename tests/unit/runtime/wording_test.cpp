#include "runtime/wording.hpp"

#include <gmock/gmock.h>

namespace runtime {
namespace {

using testing::HasSubstr;

TEST(Wording, NotFoundIsAResultAndNotAFailure) {
  EXPECT_FALSE(source::failed(kaspersky::NotFound::kind));
  EXPECT_THAT(outcome_text(kaspersky::NotFound{}), HasSubstr("knows nothing"));
}

TEST(Wording, EveryOtherOutcomeSaysWhyAndWhetherItFailed) {
  struct Case {
    kaspersky::Outcome outcome;
    bool failure;
    const char* words;
  };
  const Case cases[] = {
      {kaspersky::Found{}, false, "Found"},
      {kaspersky::Skipped{"the hash is malformed"}, false, "the hash is malformed"},
      {kaspersky::RateLimited{std::chrono::seconds(30)}, true, "30 seconds"},
      {kaspersky::RateLimited{}, true, "rate limit"},
      {kaspersky::QuotaSpent{std::chrono::system_clock::from_time_t(1'800'057'600)}, true,
       "It goes on at 2027-01-16 00:00 UTC"},
      {kaspersky::Refused{"the token has expired"}, true, "the token has expired"},
      {kaspersky::Rejected{"status 400"}, true, "status 400"},
      {kaspersky::Unavailable{"status 503"}, true, "Ask again later"},
      {kaspersky::Malformed{"not JSON"}, true, "not JSON"},
  };
  for (const auto& [outcome, failure, words] : cases) {
    EXPECT_EQ(source::failed(kind_of(outcome)), failure) << name_of(kind_of(outcome));
    EXPECT_THAT(outcome_text(outcome), HasSubstr(words));
  }
}

TEST(Wording, WithLessThanFullConfidenceNothingIsPromisedThatMayBeKept) {
  stix::ObservableUpdate update;
  EXPECT_EQ(confidence_text(update, 50), "") << "nothing was sent that could be kept";
  update.score = 100;
  EXPECT_EQ(confidence_text(update, 100), "");
  EXPECT_EQ(confidence_text(update, std::nullopt), "");
  EXPECT_EQ(
      confidence_text(update, 50),
      " Where OpenCTI has a confidence above 50 for this object, it keeps the score, hashes and "
      "size that are there.");
}

TEST(Wording, WhatWasRejectedIsToldInTheWordsOfWhoDidAndBounded) {
  EXPECT_EQ(rejected_text("VALIDATION_ERROR: no"),
            "The result was rejected, and nothing was added: VALIDATION_ERROR: no.");
  EXPECT_THAT(rejected_in_playbook_text("VALIDATION_ERROR: no"), HasSubstr("VALIDATION_ERROR: no"));
  EXPECT_THAT(unanswered_text(""), HasSubstr("no reason was given"));
  std::string words;
  while (words.size() < 5000) words += "ü";
  EXPECT_LT(rejected_text(words).size(), 700U);
  EXPECT_THAT(rejected_text("a" + words), HasSubstr("ü…"));
}

TEST(Wording, FoundTellsTheZoneAndWhatWasSent) {
  kaspersky::Answer answer;
  answer.zone = kaspersky::Zone::red;
  enrichment::Enrichment enrichment;
  enrichment.update.score = 100;
  enrichment.update.labels = {"malware"};
  enrichment.update.hashes = {{"MD5", "a"}, {"SHA-1", "b"}};
  EXPECT_EQ(found_text(answer, enrichment),
            "Kaspersky says zone red. Sent: score 100, label malware, 2 hashes, link to "
            "Kaspersky's page.");
  EXPECT_EQ(found_text({}, {}), "Kaspersky says no zone. Sent: link to Kaspersky's page.");
  EXPECT_EQ(being_sent_text(found_text({}, {})),
            "Kaspersky says no zone. To be added: link to Kaspersky's page.");
}

TEST(Wording, TheTlpGateNamesBothMarkings) {
  EXPECT_EQ(over_limit_text("TLP:RED", "TLP:AMBER"),
            "Not sent to Kaspersky: the object is marked TLP:RED, and the limit is TLP:AMBER.");
}

}  // namespace
}  // namespace runtime
