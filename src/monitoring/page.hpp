// The status page: one document without further files.
#pragma once

#include <string>

#include "source/product.hpp"

namespace monitoring {

struct Page {
  std::string html;
  /// The header Content-Security-Policy: only the page's own script and style run, and only this
  /// server can be called.
  std::string policy;
};

/// Made from src/monitoring/page/*.
[[nodiscard]] Page status_page(const source::Product& product);

}  // namespace monitoring
