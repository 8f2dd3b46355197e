#include "tip/metrics.hpp"

#include <gmock/gmock.h>

#include <set>
#include <sstream>

#include "support/figures.hpp"
#include "tip/tip_source.hpp"

namespace tip {
namespace {

using namespace std::chrono_literals;

class TipMetricsTest : public testing::Test {
 protected:
  std::optional<double> value(const std::string& series, std::int64_t cached = 0) {
    metrics.update(state, cached, now);
    return support::figure(table.text(), series);
  }

  telemetry::MetricTable table{"", ""};
  Metrics metrics{table};
  const std::chrono::system_clock::time_point now = std::chrono::sys_days(std::chrono::days(20000));
  source::SourceState state{.breaker = "closed"};
};

TEST_F(TipMetricsTest, ReportsOnlyTheKnownFiguresOfTheLicence) {
  state.quota = source::Quota{};
  for (const auto* unknown : {"kaspersky_quota_limit", "kaspersky_quota_left{for=\"manual\"}",
                              "kaspersky_token_left_seconds"}) {
    EXPECT_EQ(value(unknown), std::nullopt) << unknown;
  }
  state.quota = {.used_here = 30,
                 .used_by_all = 40,
                 .limit = 100,
                 .left = 60,
                 .left_for_automatic = 50,
                 .token_expires = now + 24h};
  EXPECT_EQ(value("kaspersky_quota_limit"), 100);
  EXPECT_EQ(value("kaspersky_quota_used{by=\"here\"}"), 30);
  EXPECT_EQ(value("kaspersky_quota_used{by=\"all\"}"), 40);
  EXPECT_EQ(value("kaspersky_quota_left{for=\"manual\"}"), 60);
  EXPECT_EQ(value("kaspersky_quota_left{for=\"automatic\"}"), 50);
  EXPECT_EQ(value("kaspersky_token_left_seconds"), 86400);
  state.quota->limit.reset();
  state.quota->left.reset();
  EXPECT_EQ(value("kaspersky_quota_limit"), std::nullopt);
  EXPECT_EQ(value("kaspersky_quota_left{for=\"manual\"}"), std::nullopt);
}

TEST_F(TipMetricsTest, ReportsTheStateOfTheBreakerAndTheSizeOfTheCache) {
  state.breaker = "open";
  EXPECT_EQ(value("kaspersky_breaker_state{state=\"open\"}"), 1);
  EXPECT_EQ(value("kaspersky_breaker_state{state=\"closed\"}"), 0);
  EXPECT_EQ(value("answer_cache_bytes", 1234), 1234);
}

TEST_F(TipMetricsTest, AllThatIsRegisteredIsThereOnceItHappened) {
  state.quota = {.limit = 1, .left = 1, .left_for_automatic = 1, .token_expires = now};
  metrics.requests.with("found").add();
  metrics.update(state, 0, now);
  const auto text = table.text();
  for (const auto& row : table.rows()) {
    EXPECT_THAT(text, testing::HasSubstr("# TYPE " + row.name + " ")) << row.name;
  }
}

// The metrics that a running source registers and sets.
TEST(TipSourceMetrics, ASourceCountsInTheTableThatItIsGiven) {
  const telemetry::Log log({.name = {}, .json = false, .write = [](std::string_view) {}});
  storage::Database store({}, log);
  telemetry::MetricTable table("", "");
  TipSource source({.enrichment = {}, .metrics = {.table = &table}}, {.daily_quota = 100}, store,
                   log);
  source.update_metrics();
  EXPECT_EQ(support::figure(table.text(), "kaspersky_quota_limit"), 100);
  EXPECT_EQ(support::figure(table.text(), "kaspersky_breaker_state{state=\"closed\"}"), 1);

  const auto state = source.state();
  EXPECT_EQ(state.link, source::LinkState::up);
  EXPECT_EQ(state.breaker, "closed");
  EXPECT_EQ(state.quota->limit, 100);
  EXPECT_EQ(source.page_about("a.example/?b"),
            "https://tip.kaspersky.com/search?searchString=a.example%2F%3Fb");
}

}  // namespace
}  // namespace tip
