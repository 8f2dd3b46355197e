#include "source/country_names.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <unordered_map>

#include "stix/normalization.hpp"

namespace source {
namespace {

struct FurtherName {
  std::string_view alpha_2;
  std::string_view name;
};

/// Names that the rules below cannot derive from the names of iso-codes: ISO's English short names
/// as the standard writes them, names in UN M49, and ISO's former names.
constexpr std::array further_names{
    FurtherName{"CV", "Cape Verde"},
    FurtherName{"FK", "Falkland Islands"},
    FurtherName{"FK", "Falkland Islands (the) [Malvinas]"},
    FurtherName{"HK", "China, Hong Kong Special Administrative Region"},
    FurtherName{"MK", "Macedonia (the former Yugoslav Republic of)"},
    FurtherName{"MO", "China, Macao Special Administrative Region"},
    FurtherName{"SH", "Saint Helena"},
    FurtherName{"SJ", "Svalbard and Jan Mayen Islands"},
    FurtherName{"SZ", "Swaziland"},
    FurtherName{"TR", "Turkey"},
    FurtherName{"VA", "Holy See"},
    FurtherName{"VI", "United States Virgin Islands"},
    FurtherName{"WF", "Wallis and Futuna Islands"},
};

constexpr std::string_view plain_apostrophe = "'";
constexpr std::string_view typographic_apostrophe = "\u2019";
constexpr std::string_view article = "the ";
constexpr std::string_view article_behind = " (the)";

std::string replaced(std::string text, std::string_view what, std::string_view by) {
  for (auto at = text.find(what); at != std::string::npos; at = text.find(what, at + by.size())) {
    text.replace(at, what.size(), by);
  }
  return text;
}

std::string_view without_article(std::string_view text) {
  if (text.starts_with(article)) text.remove_prefix(article.size());
  return text;
}

/// Whether an addition such as `republic of the` comes before its name in natural order.
bool goes_before(std::string_view addition) {
  return addition.ends_with(" of") || addition.ends_with(" of the") || addition == "british" ||
         addition == "u.s.";
}

/// The length of the part of a normal form that may be written after the rest: `republic of the`.
/// Zero if there is none.
std::size_t length_of_addition(std::string_view normal) {
  for (const std::string_view word : {" of the ", " of "}) {
    if (const auto at = normal.find(word); at != std::string_view::npos)
      return at + word.size() - 1;
  }
  for (const std::string_view word : {"british ", "u.s. "}) {
    if (normal.starts_with(word)) return word.size() - 1;
  }
  return 0;
}

/// All spellings that have this normal form, except for letter case and apostrophes.
std::vector<std::string> written(const std::string& normal) {
  std::vector<std::string> ways{normal, fmt::format("{}{}", article, normal),
                                fmt::format("{}{}", normal, article_behind)};
  if (const auto length = length_of_addition(normal); length > 0) {
    const auto addition = normal.substr(0, length);
    const auto rest = normal.substr(length + 1);
    for (const auto before : {std::string_view(), article}) {
      ways.push_back(fmt::format("{}, {}{}", rest, before, addition));
      ways.push_back(fmt::format("{} ({}{})", rest, before, addition));
    }
  }
  if (const auto comma = normal.find(", "); comma != std::string::npos) {
    ways.push_back(fmt::format("{} ({})", normal.substr(0, comma), normal.substr(comma + 2)));
  }
  return ways;
}

}  // namespace

std::string normal_form(std::string_view name) {
  auto text = replaced(stix::normalized(name), typographic_apostrophe, plain_apostrophe);
  if (text.ends_with(article_behind)) text.resize(text.size() - article_behind.size());
  if (const auto open = text.find(" ("); open != std::string::npos && text.ends_with(')')) {
    text.pop_back();
    text = fmt::format("{}, {}", text.substr(0, open), text.substr(open + 2));
  }
  if (const auto comma = text.find(", "); comma != std::string::npos) {
    const auto rest = std::string_view(text).substr(comma + 2);
    const auto addition = without_article(rest);
    if (goes_before(addition)) text = fmt::format("{} {}", addition, text.substr(0, comma));
  }
  return std::string(without_article(text));
}

std::vector<std::string> names_of(const Country& country) {
  std::vector<std::string> names{stix::normalized(country.name)};
  const auto add = [&](std::string name) {
    if (std::find(names.begin(), names.end(), name) == names.end())
      names.push_back(std::move(name));
  };
  const auto add_all_ways = [&](std::string_view name) {
    for (auto& way : written(normal_form(name))) {
      add(replaced(way, plain_apostrophe, typographic_apostrophe));
      add(std::move(way));
    }
  };
  add(stix::normalized(country.alpha_2));
  add(stix::normalized(country.alpha_3));
  for (const auto name : {country.name, country.other_name, country.official_name}) {
    if (!name.empty()) add_all_ways(name);
  }
  for (const auto& [alpha_2, name] : further_names) {
    if (alpha_2 == country.alpha_2) add_all_ways(name);
  }
  return names;
}

const Country* find_country(std::string_view code_or_name) {
  if (code_or_name.size() == 2) return country_by_code(code_or_name);
  static const auto by_name = [] {
    std::unordered_map<std::string, const Country*> all;
    for (const auto& country : all_countries()) {
      for (auto& name : names_of(country)) all.emplace(std::move(name), &country);
    }
    return all;
  }();
  const auto found = by_name.find(stix::normalized(code_or_name));
  return found == by_name.end() ? nullptr : found->second;
}

}  // namespace source
