#include "source/countries.hpp"

#include <algorithm>

#include "source/country_table.hpp"
#include "text/ascii.hpp"

namespace source {

std::span<const Country> all_countries() { return country_table; }

const Country* country_by_code(std::string_view alpha_2) {
  const auto wanted = text::upper_case(alpha_2);
  const auto* const found =
      std::find_if(country_table.begin(), country_table.end(),
                   [&](const Country& country) { return country.alpha_2 == wanted; });
  return found == country_table.end() ? nullptr : found;
}

}  // namespace source
