// Labels that an answer gives.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "kaspersky/zone.hpp"
#include "source/builder.hpp"

namespace enrichment {

/// Adds labels, each once. Those that the observable has already are among them: the platform
/// unites labels.
class Labels final {
 public:
  /// @param builder must outlive this object
  /// @param prefix stands before the label of each category
  explicit Labels(source::Builder& builder, std::string_view prefix = {});

  /// `kaspersky:red`.
  void add_zone(kaspersky::Zone zone);

  /// `CATEGORY_BOTNET_CNC` gives `botnet cnc`. `General` is how Kaspersky says "none".
  void add_category(std::string_view category);

  /// One line each for categories that make no label, and for labels beyond the limit. Few,
  /// whatever the answer holds.
  [[nodiscard]] std::vector<std::string> warnings() const;

 private:
  void add(std::string_view label);

  source::Builder& builder_;
  std::string prefix_;
  std::size_t odd_ = 0;
  std::size_t too_many_ = 0;
};

}  // namespace enrichment
