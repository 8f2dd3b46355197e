// The Kaspersky connector, to look at: what its settings read goes nowhere.
#pragma once

#include "tip/product.hpp"

namespace support {

inline const source::Product& kaspersky() {
  static tip::Options unused;
  static const auto product = tip::product(unused);
  return product;
}

}  // namespace support
