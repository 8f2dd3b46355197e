#include "settings/catalogue.hpp"

#include <string_view>

#include "configuration/json_schema.hpp"
#include "settings/table.hpp"

namespace settings {
namespace {

constexpr std::string_view id =
    "https://kaspersky-enrichment.example/kaspersky-enrichment_config.schema.json";

constexpr std::string_view beginning =
    "# Connector Configurations\n\n"
    "Every setting of the connector, by its environment variable. `CONNECTOR_ID` is not among "
    "them: "
    "whoever starts the connector gives it one. In the environment the items of an array stand in "
    "one text, separated by commas. docs/configuration.md tells more.\n\n"
    "### Type: `object`\n\n"
    "| Property | Type | Required | Possible values | Default | Description |\n"
    "| -------- | ---- | -------- | --------------- | ------- | ----------- |\n";

}  // namespace

nlohmann::ordered_json json_schema() { return configuration::json_schema(table(), id); }

std::string config_schema_json() { return json_schema().dump(2) + '\n'; }

std::string config_doc_md() {
  return configuration::json_schema_reference(json_schema(), beginning);
}

}  // namespace settings
