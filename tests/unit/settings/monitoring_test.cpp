#include <gmock/gmock.h>

#include "settings/monitoring_rows.hpp"
#include "unit/settings/fixture.hpp"

namespace settings {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::StartsWith;

TEST(Monitoring, IsOffAndOnTheLoopbackByDefault) {
  const auto monitoring = loaded(with({})).settings.monitoring;
  EXPECT_EQ(monitoring.port, 0);
  EXPECT_EQ(monitoring.address, "127.0.0.1");
  EXPECT_FALSE(monitoring.expose_metrics);
}

TEST(Monitoring, HasTheMetricsPortOfPycti) {
  const auto monitoring = loaded(with({{"CONNECTOR_EXPOSE_METRICS", "true"},
                                       {"CONNECTOR_METRICS_NAMESPACE", "opencti"}}))
                              .settings.monitoring;
  EXPECT_TRUE(monitoring.expose_metrics);
  EXPECT_EQ(monitoring.metrics_port, 9095);
  EXPECT_EQ(monitoring.metrics_address, "0.0.0.0");
  EXPECT_EQ(monitoring.metrics_namespace, "opencti");
}

TEST(Monitoring, WantsAddressesThatCanBeBoundToAndNamesThatPrometheusTakes) {
  EXPECT_THAT(problems_with({{"CONNECTOR_HTTP_ADDRESS", "localhost"}}),
              ElementsAre(StartsWith("CONNECTOR_HTTP_ADDRESS must be")));
  EXPECT_THAT(problems_with({{"CONNECTOR_METRICS_ADDRESS", "*"}}),
              ElementsAre(StartsWith("CONNECTOR_METRICS_ADDRESS must be")));
  EXPECT_THAT(problems_with({{"CONNECTOR_METRICS_NAMESPACE", "1st"}}),
              ElementsAre(StartsWith("CONNECTOR_METRICS_NAMESPACE must be")));
  EXPECT_THAT(problems_with({{"CONNECTOR_METRICS_SUBSYSTEM", "a-b"}}),
              ElementsAre(StartsWith("CONNECTOR_METRICS_SUBSYSTEM must be")));
}

TEST(Monitoring, WarnsWhereEverybodyCanReadEnrichments) {
  EXPECT_THAT(loaded(with({{"CONNECTOR_HTTP_PORT", "8080"}, {"CONNECTOR_HTTP_ADDRESS", "0.0.0.0"}}))
                  .warnings,
              ElementsAre(HasSubstr("CONNECTOR_HTTP_TOKEN is not set")));
  EXPECT_THAT(loaded(with({{"CONNECTOR_HTTP_PORT", "8080"}})).warnings, IsEmpty());
  EXPECT_THAT(loaded(with({{"CONNECTOR_HTTP_PORT", "8080"},
                           {"CONNECTOR_HTTP_ADDRESS", "0.0.0.0"},
                           {"CONNECTOR_HTTP_TOKEN", "a-long-token"}}))
                  .warnings,
              IsEmpty());
}

}  // namespace
}  // namespace settings
