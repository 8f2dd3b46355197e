// The Kaspersky connector.
#pragma once

#include "source/product.hpp"
#include "tip/options.hpp"

namespace tip {

/// @param options set by the product's settings; must outlive the product and its sources
[[nodiscard]] source::Product product(Options& options);

}  // namespace tip
