// docker-compose.yml, made from the table of settings.
#pragma once

#include <string>

namespace settings {

/// The service as the ecosystem writes it: what has a default is commented out with it, what has
/// none waits for a value.
[[nodiscard]] std::string docker_compose_yml();

}  // namespace settings
