// The rows of the table about how the connector presents itself and where its results go.
#pragma once

#include <span>

#include "settings/table.hpp"

namespace settings {

/// Group::connector: what the platform is told at registration.
[[nodiscard]] std::span<const Row> registration_rows();

/// Group::sending.
[[nodiscard]] std::span<const Row> sending_rows();

}  // namespace settings
