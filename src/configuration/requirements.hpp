// Collects what one value must be.
#pragma once

#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <vector>

namespace configuration {

/// Collects requirements, each a phrase after "must", without duplicates.
class Requirements {
 public:
  void add(std::string requirement) {
    const bool known =
        std::find(requirements_.begin(), requirements_.end(), requirement) != requirements_.end();
    if (!known) requirements_.push_back(std::move(requirement));
  }

  /// All in one line; empty if there are none.
  [[nodiscard]] std::string all() const {
    return fmt::format("{}", fmt::join(requirements_, "; and "));
  }

 private:
  std::vector<std::string> requirements_;
};

}  // namespace configuration
