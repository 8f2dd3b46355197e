#include "tip/wording.hpp"

#include <gmock/gmock.h>

namespace tip {
namespace {

using testing::HasSubstr;

TEST(TipWording, NotFoundIsAResultAndNotAFailure) {
  EXPECT_FALSE(source::failed(kaspersky::NotFound::kind));
  EXPECT_THAT(outcome_text(kaspersky::NotFound{}), HasSubstr("knows nothing"));
}

TEST(TipWording, EveryOtherOutcomeSaysWhyAndWhetherItFailed) {
  struct Case {
    kaspersky::Outcome outcome;
    bool failure;
    const char* words;
  };
  const Case cases[] = {
      {kaspersky::Found{}, false, "Found"},
      {kaspersky::Skipped{"the hash is malformed"}, false, "the hash is malformed"},
      {kaspersky::RateLimited{std::chrono::seconds(30)}, true, "in 30 s."},
      {kaspersky::RateLimited{}, true, "rate limit"},
      {kaspersky::QuotaExhausted{std::chrono::system_clock::from_time_t(1'800'057'600)}, true,
       "Lookups resume at 2027-01-16 00:00 UTC"},
      {kaspersky::Refused{"the token has expired"}, true, "the token has expired"},
      {kaspersky::Rejected{"status 400"}, true, "status 400"},
      {kaspersky::Unavailable{"status 503"}, true, "Retry later"},
      {kaspersky::Malformed{"not JSON"}, true, "not JSON"},
  };
  for (const auto& [outcome, failure, words] : cases) {
    EXPECT_EQ(source::failed(kind_of(outcome)), failure) << name_of(kind_of(outcome));
    EXPECT_THAT(outcome_text(outcome), HasSubstr(words));
  }
}

TEST(TipWording, FoundNamesTheZone) {
  EXPECT_EQ(found_text(kaspersky::Zone::red), "Kaspersky zone: red.");
  EXPECT_EQ(found_text(std::nullopt), "Kaspersky reports no zone.");
}

}  // namespace
}  // namespace tip
