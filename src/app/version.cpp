#include "app/version.hpp"

namespace app {

const std::string_view version = PROJECT_VERSION;
const std::string_view user_agent = "kaspersky-enrichment/" PROJECT_VERSION;

const std::string_view build_type = BUILD_TYPE;

}  // namespace app
