#include "enrichment/entities.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <unordered_set>

#include "enrichment/author.hpp"
#include "enrichment/countries.hpp"
#include "enrichment/country_names.hpp"
#include "enrichment/drafts.hpp"
#include "enrichment/text.hpp"
#include "stix/ids.hpp"
#include "stix/normalization.hpp"
#include "stix/objects.hpp"
#include "text/ascii.hpp"

namespace enrichment {
namespace {

constexpr std::size_t most_entities = 50;
constexpr std::size_t longest_name = 100;
constexpr std::size_t longest_written = 6 * longest_name;

SharedEntity country_entity(const Country& country) {
  const std::string name(country.name);
  std::vector<std::string> aliases{std::string(country.alpha_2), std::string(country.alpha_3)};
  for (const auto other : {country.other_name, country.official_name}) {
    if (!other.empty() && std::find(aliases.begin(), aliases.end(), other) == aliases.end()) {
      aliases.emplace_back(other);
    }
  }
  std::vector<std::string> known_by;
  for (const auto& known : names_of(country)) {
    known_by.push_back(stix::location_id(known, "Country"));
  }
  auto object = stix::country(name, aliases, standard_created,
                              {.author_ref = author_id(), .marking_refs = {}});
  return {stix::location_id(name, "Country"), std::move(known_by), "located-at", std::move(object)};
}

SharedEntity sector_entity(const std::string& name) {
  auto object =
      stix::sector(name, standard_created, {.author_ref = author_id(), .marking_refs = {}});
  const auto id = stix::identity_id("class", name);
  return {id, {id}, "related-to", std::move(object)};
}

/// "Energy &amp; Utilities" would be another sector than "Energy & Utilities".
std::string without_html_entities(std::string text) {
  struct Entity {
    std::string_view written;
    std::string_view meant;
  };
  // The ampersand last: what it uncovers is text.
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

std::vector<SharedEntity> entities_named(const kaspersky::Answer& answer,
                                         std::vector<std::string>& warnings) {
  std::vector<SharedEntity> all;
  if (answer.ip && !answer.ip->country_code.empty()) {
    if (const auto* country = country_by_code(answer.ip->country_code)) {
      all.push_back(country_entity(*country));
    } else {
      warnings.emplace_back("IpGeneralInfo.CountryCode: no code of ISO 3166-1");
    }
  }
  std::unordered_set<std::string> seen;
  std::size_t odd = 0;
  for (const auto& industry : answer.industries) {
    // Decoding is for names, not for what an attacker makes of them.
    const auto name = industry.size() > longest_written
                          ? std::string()
                          : std::string(stix::trimmed(without_html_entities(industry)));
    if (name.size() < 2 || name.size() > longest_name || text::has_control_characters(name) ||
        all.size() == most_entities) {
      ++odd;
    } else if (auto sector = sector_entity(name); seen.insert(sector.id).second) {
      all.push_back(std::move(sector));
    }
  }
  if (odd > 0) {
    warnings.push_back(
        fmt::format("Industries: {} make no sector (2 to {} bytes without control characters; at "
                    "most {})",
                    odd, longest_name, most_entities));
  }
  return all;
}

}  // namespace enrichment
