#include "runtime/wording.hpp"

#include <gmock/gmock.h>

namespace runtime {
namespace {

using testing::HasSubstr;

TEST(Wording, NotFoundIsAResultAndNotAFailure) {
  EXPECT_FALSE(is_failure(kaspersky::NotFound{}));
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
    EXPECT_EQ(is_failure(outcome), failure) << outcome_name(outcome);
    EXPECT_THAT(outcome_text(outcome), HasSubstr(words));
  }
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
}

TEST(Wording, TheTlpGateNamesBothMarkings) {
  EXPECT_EQ(over_limit_text("TLP:RED", "TLP:AMBER"),
            "Not sent to Kaspersky: the object is marked TLP:RED, and the limit is TLP:AMBER.");
}

}  // namespace
}  // namespace runtime
