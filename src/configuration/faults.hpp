// What is wrong with the parts of one value.
#pragma once

#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <vector>

namespace configuration {

/// Collects what a value must do, worded to follow "must", each once.
class Faults {
 public:
  void add(std::string fault) {
    const bool known = std::find(faults_.begin(), faults_.end(), fault) != faults_.end();
    if (!known) faults_.push_back(std::move(fault));
  }

  /// In one line; empty when there are none.
  [[nodiscard]] std::string all() const { return fmt::format("{}", fmt::join(faults_, "; and ")); }

 private:
  std::vector<std::string> faults_;
};

}  // namespace configuration
