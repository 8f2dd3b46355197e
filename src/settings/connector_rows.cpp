#include "settings/connector_rows.hpp"

#include <fmt/format.h>

#include <array>

#include "settings/engine.hpp"
#include "settings/marking_kinds.hpp"

namespace settings {
namespace {

constexpr auto connector_types = std::to_array<std::string_view>({"INTERNAL_ENRICHMENT"});
constexpr auto log_levels =
    std::to_array<std::string_view>({"debug", "info", "warn", "warning", "error"});
// In the order of BundleMode.
constexpr auto bundle_modes = std::to_array<std::string_view>({"auto", "whole", "split"});
constexpr auto resolutions = std::to_array<std::string_view>({"none", "stix_bundle"});

}  // namespace

std::vector<Row> connector_rows(const source::Product& product, Connector& options) {
  return {
      {
          .name = "CONNECTOR_ID",
          .title = "Connector ID",
          .kind = identity(into(options.id)),
          .default_value = std::string(product.connector_id),
          .given_by_platform = true,
          .sample = "ChangeMe",
          .uncommented = true,
          .remark = "Your own UUID, for example from `uuidgen`. Two connectors with the same id "
                    "take each other's messages.",
          .description = "Identity of this connector on the platform. Two connectors with the same "
                         "id take each other's messages: give each its own UUIDv4.",
      },
      {
          .name = "CONNECTOR_TYPE",
          .title = "Connector type",
          .kind = choice(connector_types, [](std::size_t /*unused*/) {}),
          .default_value = "INTERNAL_ENRICHMENT",
          .description = "Accepted for compatibility. It has only one value.",
      },
      {
          .name = "CONNECTOR_NAME",
          .title = "Connector name",
          .kind = plain_text(2, into(options.name)),
          .default_value = std::string(product.connector_name),
          .description = "Name shown on the platform and in the log.",
      },
      {
          .name = "CONNECTOR_SCOPE",
          .title = "Connector scope",
          .kind = subset(product.scopes, into(options.scope)),
          .default_value = std::string(product.scope),
          .description = "Types of observables that are enriched.",
      },
      {
          .name = "CONNECTOR_AUTO",
          .title = "Enrich on creation",
          .kind = boolean(into(options.automatic)),
          .default_value = "false",
          .description = fmt::format("Whether every new observable in scope is enriched "
                                     "automatically. Each one costs a request of the {} quota.",
                                     product.source),
      },
      {
          .name = "CONNECTOR_MAX_TLP",
          .title = "Max TLP",
          .kind = tlp_level(into(options.max_tlp)),
          .default_value = "TLP:AMBER",
          .former = product.replaces_python ? fmt::format("{}MAX_TLP", product.prefix) : "",
          .description = fmt::format(
              "An observable with a more restrictive marking is not sent to {}.", product.source),
      },
      {
          .name = "CONNECTOR_LOG_LEVEL",
          .title = "Log level",
          .kind = choice(log_levels,
                         [&options](std::size_t at) {
                           options.log_level = telemetry::parse_level(log_levels.at(at)).value();
                         }),
          .default_value = "error",
          .sample = "info",
          .uncommented = true,
          .remark = "info: one line for each enrichment. The default, error, shows only errors.",
          .description = "Minimum log level.",
      },
      {
          .name = "CONNECTOR_BUNDLE_MODE",
          .title = "Bundle mode",
          .kind = choice(bundle_modes, into(options.bundle_mode)),
          .default_value = "auto",
          .description =
              "How results are sent: whole in one message, split into one message per object, or "
              "the best way for the platform's version. Results for a draft are always split.",
      },
      {
          .name = "CONNECTOR_WORKERS",
          .title = "Workers",
          .kind = integer(1, 64, into(options.workers)),
          .default_value = "8",
          .description = "Maximum number of enrichments that run at the same time.",
      },
      {
          .name = "CONNECTOR_SHUTDOWN_GRACE",
          .title = "Shutdown grace",
          .kind = integer(1, 600, into(options.shutdown_grace)),
          .default_value = "25",
          .description = "Seconds that running enrichments have to finish after the connector gets "
                         "a stop signal. Set the stop timeout of the container ten seconds longer.",
      },
      {
          .name = "CONNECTOR_MEMORY_LIMIT",
          .title = "Memory limit",
          .kind = integer(64, 65536, into(options.memory_limit)),
          .default_value = "256",
          .description = "Maximum memory in MiB for messages, answers and results in progress; "
                         "others wait. The process stays below this limit plus 64 MiB; give its "
                         "container 128 MiB more. In a smaller container, the limit is lowered.",
      },
      {
          .name = "CONNECTOR_ENRICH_OWN_RESULTS",
          .title = "Enrich own results",
          .kind = boolean(into(options.enrich_own_results)),
          .default_value = "false",
          .description = "Whether objects that the connector itself created are also enriched "
                         "automatically when CONNECTOR_AUTO is on. They are recognised by the "
                         "connector's user: give the connector its own user, or turn this on.",
      },
      {
          .name = "CONNECTOR_TRACK_IMPORTS",
          .title = "Track imports",
          .kind = boolean(into(options.track_imports)),
          .default_value = "true",
          .description = "Whether the platform counts the imported objects on the work. If not, no "
                         "object can be dropped when several platform workers import at once, but "
                         "a work is complete as soon as its result is sent.",
      },
      {
          .name = "CONNECTOR_AUTO_UPDATE",
          .title = "Enrich on update",
          .kind = boolean(into(options.auto_update)),
          .default_value = "false",
          .description = "Whether an observable in scope is enriched again after each change. "
                         "Results of this connector are changes too.",
      },
      {
          .name = "CONNECTOR_ENRICHMENT_RESOLUTION",
          .title = "Enrichment resolution",
          .kind = choice(
              resolutions,
              [&options](std::size_t at) { options.enrichment_resolution = resolutions.at(at); }),
          .default_value = "none",
          .description = "What the platform sends with a request in addition to the object. This "
                         "connector does not use it.",
      },
      {
          .name = "CONNECTOR_ONLY_CONTEXTUAL",
          .title = "Only contextual",
          .kind = boolean(into(options.only_contextual)),
          .default_value = "false",
          .description = "Passed to the platform unchanged.",
      },
  };
}

}  // namespace settings
