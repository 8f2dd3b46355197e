#include "settings/catalogue.hpp"

#include <fmt/format.h>

#include <string_view>

#include "configuration/json_schema.hpp"
#include "settings/table.hpp"

namespace settings {
namespace {

constexpr std::string_view reference_beginning =
    "# Connector Configurations\n\nEvery setting of the connector, by its environment variable. "
    "`CONNECTOR_ID` is not among them: each installation sets its own. In the environment, the "
    "items of an array are one text, separated by commas. More: docs/configuration.md.\n\n### "
    "Type: `object`\n\n| Property | Type | Required | Possible values | Default | Description |\n| "
    "-------- | ---- | -------- | --------------- | ------- | ----------- |\n";

}  // namespace

nlohmann::ordered_json json_schema(const source::Product& product) {
  Settings unused;
  return configuration::json_schema(
      table(product, unused),
      fmt::format("https://{0}.example/{0}_config.schema.json", product.program));
}

std::string config_schema_json(const source::Product& product) {
  return json_schema(product).dump(2) + '\n';
}

std::string config_doc_md(const source::Product& product) {
  return configuration::json_schema_reference(json_schema(product), reference_beginning);
}

}  // namespace settings
