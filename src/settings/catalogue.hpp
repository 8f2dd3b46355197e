// The files of __metadata__/ that are made from the table of settings.
#pragma once

#include <string>

#include <nlohmann/json.hpp>

#include "source/product.hpp"

namespace settings {

/// The JSON schema of the settings; see configuration::json_schema(). Without CONNECTOR_ID, which
/// the platform generates when it starts the connector.
[[nodiscard]] nlohmann::ordered_json json_schema(const source::Product& product);

/// connector_config_schema.json
[[nodiscard]] std::string config_schema_json(const source::Product& product);

/// CONNECTOR_CONFIG_DOC.md: the schema as a table, as for other connectors of the catalogue.
[[nodiscard]] std::string config_doc_md(const source::Product& product);

}  // namespace settings
