#include "configuration/json_schema.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "configuration/text.hpp"
#include "configuration/values.hpp"

namespace configuration {
namespace {

using Property = nlohmann::json;
using Json = nlohmann::ordered_json;

constexpr std::string_view draft = "https://json-schema.org/draft/2020-12/schema";
constexpr std::string_view about_formats =
    "https://json-schema.org/understanding-json-schema/reference/string#built-in-formats";

/// The default in the property's own type.
Property typed(const Row& row, const Property& made) {
  const auto& type = made.at("type");
  if (type == "boolean") return parse_boolean(*row.default_value).value_or(false);
  if (type == "integer") return std::stoi(std::string(*row.default_value));
  if (type == "array") return split(*row.default_value, ',');
  return *row.default_value;
}

/// The property of a former name of the setting, as connectors-sdk writes it.
Property former_property_of(const Row& row) {
  auto made = row.kind.schema();
  made["deprecated"] = true;
  made["description"] =
      fmt::format("Older name of {}. If both are set, the stricter limit applies.", row.name);
  return made;
}

Property property_of(const Row& row) {
  auto made = row.kind.schema();
  if (row.default_value && !row.set_by_image) made["default"] = typed(row, made);
  made["description"] = row.description;
  if (row.secret) {
    made["format"] = "password";
    made["writeOnly"] = true;
  }
  return made;
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
      table_cell(property["description"].get<std::string>()));
}

}  // namespace

nlohmann::ordered_json json_schema(const Table& table, std::string_view id) {
  Json properties;
  auto required = Json::array();
  for (const auto& row : table.rows()) {
    if (row.given_by_platform) continue;
    properties[std::string(row.name)] = property_of(row);
    if (!table.former_path(row).empty()) {
      properties[std::string(row.former)] = former_property_of(row);
    }
    if (row.required) required.push_back(row.name);
  }
  return {{"$schema", draft},
          {"$id", id},
          {"type", "object"},
          {"properties", std::move(properties)},
          {"required", std::move(required)},
          {"additionalProperties", true}};
}

std::string json_schema_reference(const nlohmann::ordered_json& schema, std::string_view heading) {
  const auto& required = schema["required"];
  std::string mandatory;
  std::string others;
  for (const auto& [name, property] : schema["properties"].items()) {
    const bool needed = std::find(required.begin(), required.end(), name) != required.end();
    (needed ? mandatory : others) += line(name, property, needed);
  }
  return std::string(heading) + mandatory + others;
}

}  // namespace configuration
