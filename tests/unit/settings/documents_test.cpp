#include "settings/documents.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>

#include <sstream>

#include "settings/catalogue.hpp"
#include "settings/compose.hpp"
#include "support/files.hpp"
#include "unit/settings/fixture.hpp"

namespace settings {
namespace {

using testing::ContainsRegex;
using testing::ElementsAre;
using testing::StartsWith;

std::string committed(const std::string& path) { return support::text_of(SOURCE_DIR "/" + path); }

/// The sample with all its settings uncommented.
std::string uncommented(const std::string& sample) {
  std::string out;
  std::istringstream lines(sample);
  for (std::string line; std::getline(lines, line);) {
    const auto mark = line.find('#');
    if (mark != std::string::npos && line.compare(mark, 2, "# ") != 0) line.erase(mark, 1);
    out += line + '\n';
  }
  return out;
}

constexpr auto hint = "the table of settings has changed: run `./dev generate`";

TEST(GeneratedFiles, MatchTheTableOfSettings) {
  EXPECT_EQ(committed("config.yml.sample"), config_yml_sample(product())) << hint;
  EXPECT_EQ(committed(".env.sample"), env_sample(product())) << hint;
  EXPECT_EQ(committed("docker-compose.yml"), docker_compose_yml(product())) << hint;
  EXPECT_EQ(committed("docs/configuration.md"), configuration_md(product())) << hint;
  EXPECT_EQ(committed("__metadata__/connector_config_schema.json"), config_schema_json(product()))
      << hint;
  EXPECT_EQ(committed("__metadata__/CONNECTOR_CONFIG_DOC.md"), config_doc_md(product())) << hint;
}

TEST(ConfigYmlSample, LacksOnlyTheTokensAndTheId) {
  const auto result = load({}, config_yml_sample(product()), FakeFiles());
  ASSERT_FALSE(result);
  EXPECT_THAT(result.error(), ElementsAre(StartsWith("OPENCTI_TOKEN (config.yml, line 8"),
                                          StartsWith("CONNECTOR_ID (config.yml"),
                                          StartsWith("KASPERSKY_API_KEY (config.yml")));
}

TEST(ConfigYmlSample, ShowsTheDefaults) {
  const auto config = configuration::parse_config_file(uncommented(config_yml_sample(product())));
  ASSERT_TRUE(config);
  for (const auto& row : table().rows()) {
    if (row.environment_only) continue;
    EXPECT_EQ(config->at(table().config_path(row.name)).text, configuration::sample_of(row));
    if (row.uncommented) continue;
    EXPECT_TRUE(!row.default_value || configuration::sample_of(row) == *row.default_value)
        << row.name;
  }
}

TEST(Samples, SayHowAnIdIsMade) {
  for (const auto& sample :
       {config_yml_sample(product()), env_sample(product()), docker_compose_yml(product()),
        committed("packaging/environment"), committed("kubernetes/kaspersky-enrichment.yaml")}) {
    EXPECT_THAT(sample,
                ContainsRegex("uuidgen[^\n]*\n *(#[^\n]*\n *)?(- )?(CONNECTOR_ID|id)(=|: )'?"
                              "ChangeMe"));
  }
}

}  // namespace
}  // namespace settings
