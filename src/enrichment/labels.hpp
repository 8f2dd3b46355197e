// Makes labels from an answer.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "kaspersky/zone.hpp"
#include "source/builder.hpp"

namespace enrichment {

/// Adds labels without duplicates, including labels that the observable already has: the platform
/// merges labels.
class Labels final {
 public:
  /// @param builder must outlive this object
  /// @param prefix of the label of each category
  explicit Labels(source::Builder& builder, std::string_view prefix = {});

  /// `kaspersky:red`.
  void add_zone(kaspersky::Zone zone);

  /// `CATEGORY_BOTNET_CNC` gives `botnet cnc`. `General` is ignored: Kaspersky uses it for "no
  /// category".
  void add_category(std::string_view category);

  /// One line for all categories that cannot be labels, and one for all labels beyond the limit.
  [[nodiscard]] std::vector<std::string> warnings() const;

 private:
  void add(std::string_view label);

  source::Builder& builder_;
  std::string prefix_;
  std::size_t odd_ = 0;
  std::size_t too_many_ = 0;
};

}  // namespace enrichment
