#include "settings/naming.hpp"

#include <algorithm>
#include <array>
#include <string>

#include "configuration/text.hpp"

namespace settings {
namespace {

struct Unsupported {
  /// Also matches names that continue with an underscore.
  std::string_view name;
  std::string_view reason;
};

constexpr std::string_view for_imports = "is for connectors that import on a schedule";

constexpr auto names = std::to_array<Unsupported>({
    {"CONNECTOR_AUTO_CREATE_SERVICE_ACCOUNT",
     "would need an administrator's token; give the connector its own user"},
    {"CONNECTOR_CONFIDENCE_LEVEL", "is set for the connector's user or its group in OpenCTI"},
    {"CONNECTOR_RUN_AND_TERMINATE", for_imports},
    {"CONNECTOR_DURATION_PERIOD", for_imports},
    {"CONNECTOR_QUEUE_THRESHOLD", for_imports},
    {"CONNECTOR_LIVE_STREAM", "is for connectors that read a stream"},
    {"CONNECTOR_UPDATE_EXISTING_DATA", "is for versions of OpenCTI before 6"},
    {"CONNECTOR_XTM_ONE_INTENT", "is for connectors that work for agents of XTM One"},
});

/// Whether the variable is for the platform, whose variables may be in the same file.
bool is_of_the_platform(std::string_view name) {
  // OpenCTI's compose file, and XTM Composer.
  constexpr auto known = std::to_array<std::string_view>(
      {"OPENCTI_ADMIN_EMAIL", "OPENCTI_ADMIN_PASSWORD", "OPENCTI_ADMIN_TOKEN", "OPENCTI_API_TOKEN",
       "OPENCTI_API_URL", "OPENCTI_BASE_URL", "OPENCTI_CONFIG_HASH", "OPENCTI_ENCRYPTION_KEY",
       "OPENCTI_EXTERNAL_SCHEME", "OPENCTI_HEALTHCHECK_ACCESS_KEY", "OPENCTI_HOST", "OPENCTI_PORT",
       "OPENCTI_VERSION"});
  return std::find(known.begin(), known.end(), name) != known.end();
}

/// CONNECTOR_HISTORY_ID and others in OpenCTI's own file of variables.
bool is_id_of_another_connector(std::string_view name) {
  return name.starts_with("CONNECTOR_") && name.ends_with("_ID");
}

/// Whether a name contains a word about markings.
bool looks_like_a_limit(std::string_view name) {
  constexpr auto anywhere = std::to_array<std::string_view>(
      {"TLP", "MARKING", "CLASSIFICATION", "CONFIDENTIAL", "SENSITIV"});
  constexpr auto at_end = std::to_array<std::string_view>({"_PAP", ".PAP", "MAXPAP", "PAPMAX"});
  const auto upper = configuration::upper_case(name);
  return std::any_of(anywhere.begin(), anywhere.end(),
                     [&](auto word) { return upper.find(word) != std::string::npos; }) ||
         upper.find("_PAP_") != std::string::npos ||
         std::any_of(at_end.begin(), at_end.end(),
                     [&](auto word) { return upper.ends_with(word); });
}

}  // namespace

configuration::Naming naming(const source::Product& product) {
  return {.prefix = product.prefix,
          .long_prefix = product.long_prefix,
          .ours = {"CONNECTOR_", product.prefix, "OPENCTI_"},
          // As in pycti: the variables do not name the section of their keys.
          .sections = {{"listen_protocol_", "connector"}},
          .why_without_effect = why_without_effect,
          .is_known_of_others = is_of_the_platform,
          .may_be_of_others = is_id_of_another_connector,
          .is_a_limit = looks_like_a_limit,
          .with_limits = {"CONNECTOR_", product.prefix},
          .recipient = product.source,
          .document = product.settings_document};
}

std::optional<std::string_view> why_without_effect(std::string_view name) {
  for (const auto& one : names) {
    if (!name.starts_with(one.name)) continue;
    const auto rest = name.substr(one.name.size());
    if (rest.empty() || rest.starts_with('_')) return one.reason;
  }
  return std::nullopt;
}

}  // namespace settings
