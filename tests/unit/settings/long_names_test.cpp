#include <gmock/gmock.h>

#include "unit/settings/fixture.hpp"

namespace settings {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::StartsWith;

TEST(LongNames, AreReadLikeTheShortOnes) {
  auto environment = with({{"KASPERSKY_ENRICHMENT_SCORE_POLICY", "keep"},
                           {"KASPERSKY_ENRICHMENT_API_KEY_FILE", "/run/key"}});
  environment.erase("KASPERSKY_API_KEY");
  const auto result = load(environment, std::nullopt, FakeFiles{{"/run/key", "a-long-key\n"}});
  ASSERT_TRUE(result) << result.error().front();
  EXPECT_EQ(result->settings.policies.score_policy, source::ScorePolicy::keep);
  EXPECT_EQ(result->kaspersky.chain.client.api_key, "a-long-key");
  EXPECT_THAT(result->warnings, IsEmpty());
}

TEST(LongNames, AreNamedInProblemsAsInTheEnvironment) {
  const auto result =
      load(with({{"KASPERSKY_ENRICHMENT_MAX_TLP", "pink"}}), std::nullopt, FakeFiles());
  ASSERT_FALSE(result);
  EXPECT_THAT(result.error(), ElementsAre(StartsWith("KASPERSKY_ENRICHMENT_MAX_TLP is 'pink'")));
}

TEST(LongNames, OverrideTheShortOnesWhichAnImageMaySet) {
  const auto result = load(with({{"KASPERSKY_CACHE_PATH", "/var/lib/image.db"},
                                 {"KASPERSKY_ENRICHMENT_CACHE_PATH", "/srv/own.db"}}),
                           std::nullopt, FakeFiles());
  ASSERT_TRUE(result) << result.error().front();
  EXPECT_EQ(result->settings.policies.cache_path, "/srv/own.db");
  EXPECT_THAT(result->warnings,
              ElementsAre("KASPERSKY_ENRICHMENT_CACHE_PATH is used, KASPERSKY_CACHE_PATH is not"));
}

TEST(LongNames, AreNotRemarkedOnWhereBothSayTheSame) {
  const auto result = load(
      with({{"KASPERSKY_SCORE_POLICY", "keep"}, {"KASPERSKY_ENRICHMENT_SCORE_POLICY", "keep"}}),
      std::nullopt, FakeFiles());
  ASSERT_TRUE(result) << result.error().front();
  EXPECT_THAT(result->warnings, IsEmpty());
}

TEST(LongNames, AFileAndAValueStayTwoSecrets) {
  const auto result = load(with({{"KASPERSKY_ENRICHMENT_API_KEY_FILE", "/run/key"}}), std::nullopt,
                           FakeFiles{{"/run/key", "a-key"}});
  ASSERT_FALSE(result);
  EXPECT_THAT(result.error(), ElementsAre("KASPERSKY_ENRICHMENT_API_KEY_FILE must not be given "
                                          "together with KASPERSKY_API_KEY"));
}

TEST(LongNames, AreForTheConnectorsOwnVariables) {
  const auto result =
      load(with({{"CONNECTOR_ENRICHMENT_WORKERS", "2"}}), std::nullopt, FakeFiles());
  ASSERT_TRUE(result);
  EXPECT_EQ(result->settings.connector.workers, 8);
}

}  // namespace
}  // namespace settings
