// Labels that an answer gives, in the form in which the platform keeps them.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "kaspersky/zone.hpp"

namespace enrichment {

/// Collects labels: trimmed and in lower case (as the platform stores them), each once. Those that
/// the observable has already are among them: the platform unites labels.
class Labels final {
 public:
  /// @param prefix stands before the label of each category
  explicit Labels(std::string_view prefix = {});

  /// `kaspersky:red`.
  void add_zone(kaspersky::Zone zone);

  /// `CATEGORY_BOTNET_CNC` gives `botnet cnc`. `General` is how Kaspersky says "none".
  void add_category(std::string_view category);

  [[nodiscard]] std::vector<std::string> take() { return std::move(all_); }

  /// One line each for categories that make no label, and for labels beyond the limit. Few,
  /// whatever the answer holds.
  [[nodiscard]] std::vector<std::string> warnings() const;

 private:
  void add(std::string label);

  std::string prefix_;
  std::vector<std::string> all_;
  std::size_t odd_ = 0;
  std::size_t too_many_ = 0;
};

}  // namespace enrichment
