// The Kaspersky connector, for tests that only look at its settings: their values are not used.
#pragma once

#include "tip/product.hpp"

namespace support {

inline const source::Product& kaspersky() {
  static tip::Options unused;
  static const auto product = tip::product(unused);
  return product;
}

}  // namespace support
