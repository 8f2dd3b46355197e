// What any source is asked, and what becomes of its answers: settings of the product's prefix that
// the platform's side applies.
#pragma once

#include <vector>

#include "configuration/table.hpp"
#include "settings/settings.hpp"
#include "source/product.hpp"

namespace settings {

/// Bound to the policies, which must outlive the rows.
[[nodiscard]] std::vector<configuration::Row> policy_rows(const source::Product& product,
                                                          Policies& policies);

}  // namespace settings
