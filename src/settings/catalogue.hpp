// The files of __metadata__/ that are made from the table of settings.
#pragma once

#include <string>

#include <nlohmann/json.hpp>

#include "source/product.hpp"

namespace settings {

/// The settings for machines; see configuration::json_schema(). CONNECTOR_ID is left out, which
/// whoever starts the connector makes.
[[nodiscard]] nlohmann::ordered_json json_schema(const source::Product& product);

/// connector_config_schema.json
[[nodiscard]] std::string config_schema_json(const source::Product& product);

/// CONNECTOR_CONFIG_DOC.md: what the schema says, in the form that the catalogue's other connectors
/// have.
[[nodiscard]] std::string config_doc_md(const source::Product& product);

}  // namespace settings
