// Rows of the table about what is asked for, and how results are reported.
#pragma once

#include <span>

#include "settings/table.hpp"

namespace settings {

/// Of the group `connector`.
[[nodiscard]] std::span<const Row> pipeline_rows();
/// Of the group `kaspersky`.
[[nodiscard]] std::span<const Row> quota_rows();

}  // namespace settings
