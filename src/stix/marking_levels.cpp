#include "stix/marking_levels.hpp"

#include <algorithm>
#include <cctype>
#include <string>

#include "text/ascii.hpp"

namespace stix {
namespace {

template <class Matches>
std::optional<std::size_t> place_of(std::span<const MarkingLevel> levels, Matches matches) {
  const auto found = std::find_if(levels.begin(), levels.end(), matches);
  if (found == levels.end()) return std::nullopt;
  return static_cast<std::size_t>(found - levels.begin());
}

}  // namespace

std::optional<std::size_t> level_named(std::span<const MarkingLevel> levels,
                                       std::string_view text) {
  const auto first = levels.front().name;
  const auto protocol = first.substr(0, first.find(':') + 1);
  auto upper = text::upper_case(text);
  if (!upper.starts_with(protocol)) upper.insert(0, protocol);
  if (upper == std::string(protocol) + "WHITE") upper = first;
  return place_of(levels, [&](const MarkingLevel& level) { return level.name == upper; });
}

std::optional<std::size_t> level_with_id(std::span<const MarkingLevel> levels,
                                         std::string_view id) {
  return place_of(levels, [&](const MarkingLevel& level) { return level.id == id; });
}

}  // namespace stix
