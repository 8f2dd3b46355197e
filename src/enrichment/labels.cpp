#include "enrichment/labels.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "stix/normalization.hpp"
#include "text/ascii.hpp"
#include "text/hidden.hpp"
#include "text/utf8.hpp"

namespace enrichment {
namespace {

// Labels are shared by all users; longer ones would not help analysts.
constexpr std::size_t longest_label = 100;

constexpr std::string_view category_prefix = "category_";

}  // namespace

Labels::Labels(source::Builder& builder, std::string_view prefix)
    : builder_(builder), prefix_(prefix) {}

void Labels::add_zone(kaspersky::Zone zone) {
  add(fmt::format("kaspersky:{}", kaspersky::name_of(zone)));
}

void Labels::add_category(std::string_view category) {
  auto label = text::lower_case(category);
  if (label.starts_with(category_prefix)) label.erase(0, category_prefix.size());
  std::replace(label.begin(), label.end(), '_', ' ');
  label = std::string(stix::trimmed(label));
  if (label == "general") return;
  if (label.empty() || label.size() > longest_label || text::has_hidden_characters(label)) {
    ++odd_;
    return;
  }
  add(prefix_ + label);
}

void Labels::add(std::string_view label) {
  if (!builder_.add_label(label)) ++too_many_;
}

std::vector<std::string> Labels::warnings() const {
  std::vector<std::string> out;
  if (odd_ > 0) {
    out.push_back(fmt::format(
        "Categories: {} omitted (empty, over {} bytes, or with control or invisible characters)",
        odd_, longest_label));
  }
  if (too_many_ > 0) {
    out.push_back(fmt::format("Labels: {} omitted (more than 50)", too_many_));
  }
  return out;
}

}  // namespace enrichment
