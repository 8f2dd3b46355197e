// Labels that an answer gives, in the form in which the platform keeps them.
#pragma once

#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

#include "kaspersky/zone.hpp"

namespace enrichment {

/// Collects labels: lower case (as the platform stores them), each once, and none that the
/// observable has already, since the platform adds labels and never takes one away.
class Labels final {
 public:
  /// @param prefix stands before the label of each category
  explicit Labels(const std::vector<std::string>& existing, std::string_view prefix = {});

  /// `kaspersky:red`.
  void add_zone(kaspersky::Zone zone);

  /// `CATEGORY_BOTNET_CNC` gives `botnet cnc`. `General` is how Kaspersky says "none".
  void add_category(std::string_view category);

  [[nodiscard]] std::vector<std::string> take_new() { return std::move(new_); }

  /// One line each for categories that make no label, and for labels beyond the limit. Few,
  /// whatever the answer holds.
  [[nodiscard]] std::vector<std::string> warnings() const;

 private:
  void add(std::string label);

  std::string prefix_;
  /// Those that the observable has, and those that are new.
  std::unordered_set<std::string> known_;
  std::vector<std::string> new_;
  std::size_t odd_ = 0;
  std::size_t too_many_ = 0;
};

}  // namespace enrichment
