// Collects the problems of one value.
#pragma once

#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <vector>

namespace configuration {

/// Collects requirements, each a phrase after "must", without duplicates.
class Faults {
 public:
  void add(std::string fault) {
    const bool known = std::find(faults_.begin(), faults_.end(), fault) != faults_.end();
    if (!known) faults_.push_back(std::move(fault));
  }

  /// All in one line; empty if there are none.
  [[nodiscard]] std::string all() const { return fmt::format("{}", fmt::join(faults_, "; and ")); }

 private:
  std::vector<std::string> faults_;
};

}  // namespace configuration
