// docker-compose.yml, made from the table of settings.
#pragma once

#include <string>

#include "source/product.hpp"

namespace settings {

/// The service in the usual form: settings with a default are commented out with it, others have a
/// placeholder.
[[nodiscard]] std::string docker_compose_yml(const source::Product& product);

}  // namespace settings
