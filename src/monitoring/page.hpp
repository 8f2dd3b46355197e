// The status page: one document that needs nothing else.
#pragma once

#include <string>

#include "source/product.hpp"

namespace monitoring {

struct Page {
  std::string html;
  /// For the header Content-Security-Policy: the page's own script and style run, nothing else, and
  /// it talks to nobody but us.
  std::string policy;
};

/// Made of src/monitoring/page/*.
[[nodiscard]] Page status_page(const source::Product& product);

}  // namespace monitoring
