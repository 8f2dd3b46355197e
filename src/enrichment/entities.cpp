#include "enrichment/entities.hpp"

#include <fmt/format.h>

#include <array>
#include <string>
#include <string_view>

#include "source/countries.hpp"

namespace enrichment {
namespace {

// Longer texts cannot be names, and are not decoded.
constexpr std::size_t longest_written = 600;

/// "Energy &amp; Utilities" would be another sector than "Energy & Utilities".
std::string without_html_entities(std::string text) {
  struct Entity {
    std::string_view written;
    std::string_view meant;
  };
  // `&amp;` is last, so that its result is not decoded again.
  constexpr std::array entities{Entity{"&lt;", "<"}, Entity{"&gt;", ">"}, Entity{"&quot;", "\""},
                                Entity{"&#39;", "'"}, Entity{"&amp;", "&"}};
  for (const auto& [written, meant] : entities) {
    for (auto at = text.find(written); at != std::string::npos;
         at = text.find(written, at + meant.size())) {
      text.replace(at, written.size(), meant);
    }
  }
  return text;
}

}  // namespace

void add_entities(const kaspersky::Answer& answer, source::Builder& builder) {
  if (answer.ip && !answer.ip->country_code.empty()) {
    if (source::country_by_code(answer.ip->country_code) != nullptr) {
      builder.add_country(answer.ip->country_code);
    } else {
      builder.warn("IpGeneralInfo.CountryCode: not a code of ISO 3166-1");
    }
  }
  std::size_t odd = 0;
  for (const auto& industry : answer.industries) {
    const auto name =
        industry.size() > longest_written ? std::string() : without_html_entities(industry);
    if (builder.add_sector(name).empty()) ++odd;
  }
  if (odd > 0) {
    builder.warn(
        fmt::format("Industries: {} omitted (not 2 to 100 bytes, with control or invisible "
                    "characters, or more than 50)",
                    odd));
  }
}

}  // namespace enrichment
