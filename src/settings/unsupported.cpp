#include "settings/unsupported.hpp"

#include <array>

namespace settings {
namespace {

struct Unsupported {
  /// Also every name that goes on after it with an underscore.
  std::string_view name;
  std::string_view reason;
};

constexpr std::string_view for_imports = "is for connectors that import on a schedule";

constexpr auto names = std::to_array<Unsupported>({
    {"CONNECTOR_AUTO_CREATE_SERVICE_ACCOUNT",
     "would need an administrator's token; give the connector a user of its own"},
    {"CONNECTOR_CONFIDENCE_LEVEL", "is set at the connector's user or its group in OpenCTI"},
    {"CONNECTOR_RUN_AND_TERMINATE", for_imports},
    {"CONNECTOR_DURATION_PERIOD", for_imports},
    {"CONNECTOR_QUEUE_THRESHOLD", for_imports},
    {"CONNECTOR_LIVE_STREAM", "is for connectors that read a stream"},
    {"CONNECTOR_UPDATE_EXISTING_DATA", "is for versions of OpenCTI before 6"},
    {"CONNECTOR_XTM_ONE_INTENT", "is for connectors that work for agents of XTM One"},
});

}  // namespace

std::optional<std::string_view> why_without_effect(std::string_view name) {
  for (const auto& one : names) {
    if (!name.starts_with(one.name)) continue;
    const auto rest = name.substr(one.name.size());
    if (rest.empty() || rest.starts_with('_')) return one.reason;
  }
  return std::nullopt;
}

}  // namespace settings
