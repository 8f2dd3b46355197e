#include <gmock/gmock.h>

#include "unit/settings/fixture.hpp"

namespace settings {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::StartsWith;

TEST(LongNames, AreReadLikeTheShortOnes) {
  auto environment = with({{"KASPERSKY_ENRICHMENT_MAX_TLP", "TLP:GREEN"},
                           {"KASPERSKY_ENRICHMENT_API_KEY_FILE", "/run/key"}});
  environment.erase("KASPERSKY_API_KEY");
  const auto result = load(environment, std::nullopt, FakeFiles{{"/run/key", "a-key\n"}});
  ASSERT_TRUE(result) << result.error().front();
  EXPECT_EQ(result->settings.kaspersky.max_tlp, stix::Tlp::green);
  EXPECT_EQ(result->settings.kaspersky.api_key, "a-key");
  EXPECT_THAT(result->warnings, IsEmpty());
}

TEST(LongNames, AreNamedInProblemsAsTheyWereGiven) {
  const auto result =
      load(with({{"KASPERSKY_ENRICHMENT_MAX_TLP", "pink"}}), std::nullopt, FakeFiles());
  ASSERT_FALSE(result);
  EXPECT_THAT(result.error(), ElementsAre(StartsWith("KASPERSKY_ENRICHMENT_MAX_TLP is 'pink'")));
}

TEST(LongNames, MustNotBeGivenTogetherWithTheShortOnes) {
  const auto result =
      load(with({{"KASPERSKY_ENRICHMENT_API_KEY", "secret-value"}}), std::nullopt, FakeFiles());
  ASSERT_FALSE(result);
  EXPECT_THAT(result.error(), ElementsAre("KASPERSKY_ENRICHMENT_API_KEY must not be given together "
                                          "with KASPERSKY_API_KEY"));
}

TEST(LongNames, AreForTheConnectorsOwnVariables) {
  const auto result =
      load(with({{"CONNECTOR_ENRICHMENT_WORKERS", "2"}}), std::nullopt, FakeFiles());
  ASSERT_TRUE(result);
  EXPECT_EQ(result->settings.connector.workers, 8);
}

}  // namespace
}  // namespace settings
