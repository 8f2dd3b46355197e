#include "settings/catalogue.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

#include "settings/json_schema.hpp"

namespace settings {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::string_view about_formats =
    "https://json-schema.org/understanding-json-schema/reference/string#built-in-formats";

constexpr std::string_view beginning =
    "# Connector Configurations\n\n"
    "Every setting of the connector, by its environment variable. `CONNECTOR_ID` is not among "
    "them: "
    "whoever starts the connector gives it one. In the environment the items of an array stand in "
    "one text, separated by commas. docs/configuration.md tells more.\n\n"
    "### Type: `object`\n\n"
    "| Property | Type | Required | Possible values | Default | Description |\n"
    "| -------- | ---- | -------- | --------------- | ------- | ----------- |\n";

/// A `|` would end the cell.
std::string cell(std::string text) {
  for (auto at = text.find('|'); at != std::string::npos; at = text.find('|', at + 2)) {
    text.insert(at, 1, '\\');
  }
  return text;
}

std::string names(const Json& values) {
  std::vector<std::string> quoted;
  for (const auto& value : values) quoted.push_back(fmt::format("`{}`", value.get<std::string>()));
  return fmt::format("{}", fmt::join(quoted, " "));
}

std::string possible_values(const Json& property) {
  if (property.contains("const")) return names(Json::array({property["const"]}));
  if (property.contains("enum")) return names(property["enum"]);
  if (property.contains("items")) return names(property["items"]["enum"]);
  if (property.contains("minimum")) {
    return fmt::format("`{} <= x <= {}`", property["minimum"].get<int>(),
                       property["maximum"].get<int>());
  }
  if (property.contains("format")) {
    return fmt::format("Format: [`{}`]({})", property["format"].get<std::string>(), about_formats);
  }
  return property["type"];
}

std::string line(const std::string& name, const Json& property, bool required) {
  return fmt::format(
      "| {} | `{}` | {} | {} | {} | {} |\n", name,
      property.contains("const") ? "const" : property["type"].get<std::string>(),
      required ? "✅" : "", possible_values(property),
      property.contains("default") ? fmt::format("`{}`", property["default"].dump()) : "",
      cell(property["description"]));
}

}  // namespace

std::string config_schema_json() { return json_schema().dump(2) + '\n'; }

std::string config_doc_md() {
  const auto schema = json_schema();
  const auto& required = schema["required"];
  std::string mandatory;
  std::string others;
  for (const auto& [name, property] : schema["properties"].items()) {
    const bool needed = std::find(required.begin(), required.end(), name) != required.end();
    (needed ? mandatory : others) += line(name, property, needed);
  }
  return std::string(beginning) + mandatory + others;
}

}  // namespace settings
