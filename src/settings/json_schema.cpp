#include "settings/json_schema.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>
#include <string>

#include "settings/table.hpp"
#include "settings/text.hpp"
#include "settings/values.hpp"

namespace settings {
namespace {

using Property = nlohmann::json;

constexpr std::string_view draft = "https://json-schema.org/draft/2020-12/schema";
constexpr std::string_view id =
    "https://kaspersky-enrichment.example/kaspersky-enrichment_config.schema.json";

constexpr int longest_url = 2083;

// The image sets these. The platform writes each default of the schema into the container's
// environment, and would undo it.
constexpr auto set_by_image =
    std::to_array<std::string_view>({"CONNECTOR_HTTP_PORT", "CONNECTOR_HTTP_ADDRESS"});

// What parse_url() takes as a host, and after it.
constexpr std::string_view url_pattern =
    R"(^[hH][tT][tT][pP][sS]?://([!$%&'()*+,.;=_~0-9A-Za-z-]+|\[[0-9a-fA-F:.]+\]))"
    R"((:([1-9][0-9]{0,3}|[1-5][0-9]{4}|6[0-4][0-9]{3}|65[0-4][0-9]{2}|655[0-2][0-9]|6553[0-5]))?)"
    R"((/[!$%&'()*+,.:;=@_~/0-9A-Za-z-]*)?$)";
constexpr std::string_view host_pattern = R"(([!$%&'()*+,.;=_~0-9A-Za-z-]+|\[[0-9a-fA-F:.]+\])$)";
// The samples' ChangeMe.
constexpr std::string_view placeholder = R"(\s*["']?[cC][hH][aA][nN][gG][eE][mM][eE]["']?\s*)";
constexpr std::string_view zones_pattern =
    "^(red|orange|yellow|gr[ae]y|green):(100|[1-9]?[0-9])"
    "(,(red|orange|yellow|gr[ae]y|green):(100|[1-9]?[0-9]))*$";
// Up to a year, less a little for seconds and minutes.
constexpr std::string_view lifetimes_pattern =
    "^(default|not_found|red|orange|yellow|gr[ae]y|green):"
    "(0|[0-9]{1,7}s|[0-9]{1,5}m|[0-9]{1,3}h|([0-9]{1,2}|[12][0-9]{2}|3[0-5][0-9]|36[0-5])d)"
    "(,(default|not_found|red|orange|yellow|gr[ae]y|green):"
    "(0|[0-9]{1,7}s|[0-9]{1,5}m|[0-9]{1,3}h|([0-9]{1,2}|[12][0-9]{2}|3[0-5][0-9]|36[0-5])d))*$";

Property text_like(std::string_view pattern) {
  return {{"type", "string"}, {"minLength", 1}, {"pattern", pattern}};
}

/// @param rest what follows on `^`
Property own_text_like(std::string_view rest) {
  return text_like(fmt::format("^(?!{}$){}", placeholder, rest));
}

Property array_of(Names names) {
  return {{"type", "array"}, {"minItems", 1}, {"items", {{"type", "string"}, {"enum", names}}}};
}

Property property(const Text& kind) {
  // Spaces at both ends do not count.
  const auto inner =
      kind.shortest > 1 ? fmt::format(R"(\S.{{{},}}\S)", kind.shortest - 2) : std::string(R"(\S)");
  auto made = own_text_like(fmt::format(R"((?=.*{})[^\x00-\x1f\x7f]*$)", inner));
  made["minLength"] = kind.shortest;
  return made;
}
// The platform gives it; it is not asked for.
Property property(const Identity&) { return {{"type", "string"}, {"minLength", 1}}; }
Property property(const Token&) { return own_text_like("[\\x21-\\x7e]+$"); }
Property property(const Password&) { return own_text_like(""); }
Property property(const Boolean&) { return {{"type", "boolean"}}; }
Property property(const Integer& kind) {
  return {{"type", "integer"}, {"minimum", kind.least}, {"maximum", kind.most}};
}
Property property(const Url&) {
  auto made = text_like(url_pattern);
  made["format"] = "uri";
  made["maxLength"] = longest_url;
  return made;
}
Property property(const Host&) { return own_text_like(host_pattern); }
Property property(const Folder&) { return {{"type", "string"}, {"minLength", 1}}; }
Property property(const PlainPath&) { return own_text_like("[A-Za-z0-9._/-]+$"); }
Property property(const Verification&) { return {{"type", "string"}, {"minLength", 1}}; }
// The platform holds a secret against this when it has encrypted it, as base64: so nothing is said
// of the form that base64 does not have.
Property property(const Headers&) {
  return text_like(fmt::format("^(?!(.*[:;])?{}(;|$))", placeholder));
}
Property property(const Pem&) { return {{"type", "string"}, {"minLength", 1}}; }
Property property(const Choice& kind) {
  if (kind.names.size() == 1) return {{"type", "string"}, {"const", kind.names.front()}};
  return {{"type", "string"}, {"enum", kind.names}};
}
Property property(const Subset& kind) { return array_of(kind.names); }
Property property(const Sections& kind) { return array_of(kaspersky::known_sections(kind.object)); }
Property property(const TlpLevel&) {
  return {{"type", "string"},
          {"enum",
           {"TLP:CLEAR", "TLP:WHITE", "TLP:GREEN", "TLP:AMBER", "TLP:AMBER+STRICT", "TLP:RED"}}};
}
Property property(const PapLevel&) {
  return {{"type", "string"},
          {"enum", {"PAP:CLEAR", "PAP:WHITE", "PAP:GREEN", "PAP:AMBER", "PAP:RED"}}};
}
Property property(const ZoneTable&) { return text_like(zones_pattern); }
Property property(const Durations&) { return text_like(lifetimes_pattern); }
Property property(const Proxy&) { return {{"type", "string"}, {"minLength", 1}}; }

/// The default in the property's own type.
Property typed(const Row& row, const Property& made) {
  const auto& type = made.at("type");
  if (type == "boolean") return parse_boolean(*row.standard).value_or(false);
  if (type == "integer") return std::stoi(std::string(*row.standard));
  if (type == "array") return split(*row.standard, ',');
  return *row.standard;
}

bool has_default(const Row& row) {
  return row.standard &&
         std::find(set_by_image.begin(), set_by_image.end(), row.name) == set_by_image.end();
}

/// The entry of a name that the setting had before, as connectors-sdk writes it.
Property former_property_of(const Row& row) {
  auto made = std::visit([](const auto& kind) { return property(kind); }, row.kind);
  made["deprecated"] = true;
  made["description"] = fmt::format(
      "Older name of {}. Of a limit that is set under both the stricter counts.", row.name);
  return made;
}

Property property_of(const Row& row) {
  auto made = std::visit([](const auto& kind) { return property(kind); }, row.kind);
  if (has_default(row)) made["default"] = typed(row, made);
  made["description"] = row.description;
  if (row.secret) {
    made["format"] = "password";
    made["writeOnly"] = true;
  }
  return made;
}

}  // namespace

nlohmann::ordered_json json_schema() {
  nlohmann::ordered_json properties;
  auto required = nlohmann::ordered_json::array();
  for (const auto& row : table()) {
    if (row.name == "CONNECTOR_ID") continue;
    properties[std::string(row.name)] = property_of(row);
    if (!former_path(row).empty()) properties[std::string(row.former)] = former_property_of(row);
    if (row.required) required.push_back(row.name);
  }
  return {{"$schema", draft},
          {"$id", id},
          {"type", "object"},
          {"properties", std::move(properties)},
          {"required", std::move(required)},
          {"additionalProperties", true}};
}

}  // namespace settings
