#include "tip/lookup_chain.hpp"

#include <gmock/gmock.h>

#include "kaspersky/file_ledger.hpp"
#include "support/log_lines.hpp"

namespace tip {
namespace {

class LookupChainTest : public testing::Test {
 protected:
  /// Simulates a request whose answer contained the quota of the licence.
  void learn(std::int64_t requests, std::int64_t quota) {
    kaspersky::FileLedger ledger(store, lines.log());
    const auto today =
        std::chrono::floor<std::chrono::days>(std::chrono::system_clock::now()).time_since_epoch();
    ASSERT_TRUE(ledger.count(today.count(), [](const auto&) { return true; }));
    if (quota > 0) ledger.learn(today.count(), {.day_requests = requests, .day_quota = quota});
  }
  /// The quota as `left of allowed`.
  std::string left(bool all_counted) {
    LookupChainOptions options;
    options.daily_quota = 10;
    LookupChain chain(options, store, lines.log());
    const auto limit = chain.left_today(all_counted);
    return limit ? std::to_string(limit->left) + " of " + std::to_string(limit->allowed) : "";
  }

  support::LogLines lines;
  storage::Database store{{}, lines.log()};
};

TEST_F(LookupChainTest, TheDailyQuotaMinusTheCountedRequestsIsLeft) {
  learn(0, 0);
  EXPECT_EQ(left(true), "9 of 10");
}

TEST_F(LookupChainTest, WithoutACompleteCountTheRemainderIsUnknown) {
  learn(0, 0);
  EXPECT_EQ(left(false), "");
}

TEST_F(LookupChainTest, KasperskysOwnCountIsReportedWithAndWithoutOurs) {
  learn(42, 2000);
  EXPECT_EQ(left(false), "1958 of 2000");
  EXPECT_EQ(left(true), "9 of 10");
}

}  // namespace
}  // namespace tip
