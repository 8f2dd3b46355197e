// The rows of the table that are about Kaspersky: what is asked, and what is made of the answers.
#pragma once

#include <span>

#include "settings/table.hpp"

namespace settings {

[[nodiscard]] std::span<const Row> kaspersky_rows();

}  // namespace settings
