// docker-compose.yml, made from the table of settings.
#pragma once

#include <string>

#include "source/product.hpp"

namespace settings {

/// The service as the ecosystem writes it: what has a default is commented out with it, what has
/// none waits for a value.
[[nodiscard]] std::string docker_compose_yml(const source::Product& product);

}  // namespace settings
