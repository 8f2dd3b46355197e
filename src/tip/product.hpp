// The Kaspersky connector.
#pragma once

#include "source/product.hpp"

namespace tip {

[[nodiscard]] source::Product product();

}  // namespace tip
