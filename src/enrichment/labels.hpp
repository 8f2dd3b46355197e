// Labels that an answer gives, in the form in which the platform keeps them.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "kaspersky/zone.hpp"

namespace enrichment {

/// Collects labels: lower case (as the platform stores them), each once, and none that the
/// observable has already, since the platform adds labels and never takes one away.
class Labels final {
 public:
  explicit Labels(const std::vector<std::string>& existing);

  /// `kaspersky:red`.
  void add_zone(kaspersky::Zone zone);

  /// `CATEGORY_BOTNET_CNC` gives `botnet cnc`. `General` is how Kaspersky says "none".
  void add_category(std::string_view category);

  [[nodiscard]] std::vector<std::string> take_new() { return std::move(new_); }

  /// One line for each category that makes no label.
  std::vector<std::string> warnings;

 private:
  void add(std::string label);

  std::vector<std::string> existing_;
  std::vector<std::string> new_;
};

}  // namespace enrichment
