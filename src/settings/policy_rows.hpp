// Settings with the product's prefix that apply to any source: what is looked up, and how answers
// are used.
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
