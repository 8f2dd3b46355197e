// The rows of the table that are about how often Kaspersky is asked: memory, quota and pace.
#pragma once

#include <span>

#include "settings/table.hpp"

namespace settings {

/// They belong to the group of Kaspersky.
[[nodiscard]] std::span<const Row> lookup_rows();

}  // namespace settings
