// The Kaspersky connector.
#pragma once

#include "source/product.hpp"
#include "tip/options.hpp"

namespace tip {

/// @param options are set by its settings; must outlive the product, and all that it makes
[[nodiscard]] source::Product product(Options& options);

}  // namespace tip
