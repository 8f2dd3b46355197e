// The files of __metadata__/ that are made from the table of settings.
#pragma once

#include <string>

namespace settings {

/// connector_config_schema.json
[[nodiscard]] std::string config_schema_json();

/// CONNECTOR_CONFIG_DOC.md: what the schema says, in the form that the catalogue's other connectors
/// have.
[[nodiscard]] std::string config_doc_md();

}  // namespace settings
