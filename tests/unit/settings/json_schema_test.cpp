#include <gmock/gmock.h>

#include <set>

#include "settings/catalogue.hpp"
#include "unit/settings/fixture.hpp"

namespace settings {
namespace {

using testing::ElementsAre;

nlohmann::json property(const std::string& name) {
  return json_schema(product())["properties"][name];
}

TEST(JsonSchema, RequiresNeededSettingsWithoutADefault) {
  EXPECT_THAT(json_schema(product())["required"],
              ElementsAre("OPENCTI_URL", "OPENCTI_TOKEN", "KASPERSKY_API_KEY"));
}

TEST(JsonSchema, HasEverySettingButTheIdentity) {
  const auto schema = json_schema(product());
  for (const auto& row : table().rows()) {
    EXPECT_EQ(schema["properties"].contains(std::string(row.name)), row.name != "CONNECTOR_ID")
        << row.name;
  }
  EXPECT_EQ(schema["additionalProperties"], true);
}

TEST(JsonSchema, KeepsSecretsFromView) {
  for (const auto& row : table().rows()) {
    const auto made = property(std::string(row.name));
    EXPECT_EQ(row.secret, made.contains("writeOnly")) << row.name;
    if (!row.secret) continue;
    EXPECT_EQ(made["format"], "password") << row.name;
    EXPECT_FALSE(made.contains("default")) << row.name;
  }
}

TEST(JsonSchema, GivesDefaultsInTheirTypes) {
  EXPECT_EQ(property("CONNECTOR_AUTO")["default"], false);
  EXPECT_EQ(property("CONNECTOR_WORKERS")["default"], 8);
  EXPECT_EQ(property("CONNECTOR_MAX_TLP")["default"], "TLP:AMBER");
  EXPECT_EQ(property("KASPERSKY_URL_SECTIONS")["default"],
            nlohmann::json({"LicenseInfo", "Zone", "UrlGeneralInfo"}));
}

TEST(JsonSchema, ShowsAFormerNameAsDeprecatedAndWithoutADefault) {
  const auto former = property("KASPERSKY_MAX_TLP");
  EXPECT_EQ(former["deprecated"], true);
  EXPECT_EQ(former["enum"], property("CONNECTOR_MAX_TLP")["enum"]);
  EXPECT_FALSE(former.contains("default"));
  EXPECT_TRUE(property("QUEUE_PROTOCOL").is_null())
      << "settings without a section are not in the schema";
}

TEST(JsonSchema, LeavesOpenTheSettingsOfTheImage) {
  EXPECT_FALSE(property("CONNECTOR_HTTP_PORT").contains("default"));
  EXPECT_FALSE(property("CONNECTOR_HTTP_ADDRESS").contains("default"));
}

TEST(JsonSchema, AllowsOneConnectorType) {
  EXPECT_EQ(property("CONNECTOR_TYPE")["const"], "INTERNAL_ENRICHMENT");
  EXPECT_EQ(property("CONNECTOR_TYPE")["default"], "INTERNAL_ENRICHMENT");
}

// The platform's catalogue accepts only these keywords and formats, and rejects a schema with
// others.
TEST(JsonSchema, UsesOnlyWordsThatThePlatformKnows) {
  const std::set<std::string> words{"type",    "default",   "description", "enum",
                                    "const",   "items",     "minItems",    "minimum",
                                    "maximum", "minLength", "maxLength",   "pattern",
                                    "format",  "writeOnly", "deprecated"};
  const auto schema = json_schema(product());
  for (const auto& [name, made] : schema["properties"].items()) {
    EXPECT_TRUE(made["type"].is_string()) << name;
    for (const auto& [word, value] : made.items()) EXPECT_TRUE(words.contains(word)) << word;
    const auto format = made.value("format", "uri");
    EXPECT_TRUE(format == "uri" || format == "password") << name;
  }
}

}  // namespace
}  // namespace settings
