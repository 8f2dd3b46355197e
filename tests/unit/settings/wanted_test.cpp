// Commands that need only some of the settings, and users who want to see all of them.
#include <gmock/gmock.h>

#include "unit/settings/fixture.hpp"

namespace settings {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

bool of_kaspersky(const Row& row) { return row.name.starts_with("KASPERSKY_"); }

EffectiveSetting setting(const std::string& name, const Sources& sources,
                         const FakeFiles& files = FakeFiles()) {
  for (auto& found : configuration::effective_settings(table(), sources, files)) {
    if (found.row->name == name) return found;
  }
  return {};
}

TEST(Wanted, OtherSettingsNeedNotBeThereAndMayBeWrong) {
  const Environment environment{{"KASPERSKY_API_KEY", "key"},
                                {"OPENCTI_URL", "nonsense"},
                                {"CONNECTOR_WORKERS", "3"},
                                {"OPENCTI_TOKEN_FILE", "/nowhere"}};
  const auto loaded = load(environment, {}, FakeFiles(), of_kaspersky);
  ASSERT_TRUE(loaded);
  EXPECT_EQ(loaded->kaspersky.chain.client.api_key, "key");
  EXPECT_EQ(loaded->settings.connector.workers, 8) << "the default";
  EXPECT_THAT(loaded->warnings, IsEmpty());
}

TEST(Wanted, WantedSettingsAreChecked) {
  const auto loaded = load({{"KASPERSKY_SCORE_POLICY", "pink"}}, {}, FakeFiles(), of_kaspersky);
  ASSERT_FALSE(loaded);
  EXPECT_THAT(loaded.error(), ElementsAre(HasSubstr("KASPERSKY_API_KEY is not set"),
                                          HasSubstr("KASPERSKY_SCORE_POLICY is 'pink'")));
}

TEST(Effective, NamesTheSourceOfEachSetting) {
  const Sources sources{.environment = {{"CONNECTOR_NAME", "Name"}, {"QUEUE_PROTOCOL", "api"}},
                        .config_yml = "connector:\n  workers: 3\n"};
  EXPECT_EQ(setting("CONNECTOR_NAME", sources).source, "environment");
  EXPECT_EQ(setting("CONNECTOR_QUEUE_PROTOCOL", sources).source, "environment: QUEUE_PROTOCOL");
  EXPECT_EQ(setting("CONNECTOR_WORKERS", sources).source, "config.yml, line 2");
  EXPECT_EQ(setting("CONNECTOR_AUTO", sources).source, "default");
  EXPECT_EQ(setting("OPENCTI_URL", sources).source, "not set");
  EXPECT_EQ(setting("OPENCTI_URL", sources).value, std::nullopt);
}

TEST(Effective, ShowsNoSecret) {
  const Sources sources{.environment = {{"OPENCTI_TOKEN", "secret"},
                                        {"OPENCTI_URL", "https://user:secret@host"},
                                        {"KASPERSKY_API_BASE_URL", "https://host/?key=secret"},
                                        {"HTTPS_PROXY", "http://user:secret@proxy"}}};
  EXPECT_EQ(setting("OPENCTI_TOKEN", sources).value, "***");
  EXPECT_EQ(setting("OPENCTI_URL", sources).value, "***");
  EXPECT_EQ(setting("KASPERSKY_API_BASE_URL", sources).value, "https://host/");
  EXPECT_EQ(setting("HTTPS_PROXY", sources).value, "***");
}

}  // namespace
}  // namespace settings
