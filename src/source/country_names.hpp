// The names under which a platform may have a country.
//
// A platform is queried by ids that are hashed from names, so the query must have each spelling:
// `Korea, Republic of`, `Republic of Korea`, `Korea (the Republic of)`. All spellings are generated
// from one normal form.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "source/countries.hpp"

namespace source {

/// The words of a country's name in their natural order, in lower case, without article, with plain
/// apostrophes: `republic of korea`. Accents stay.
[[nodiscard]] std::string normal_form(std::string_view name);

/// All names of the country in lower case, without duplicates: first the name in the table, then
/// its codes and all spellings of its names: the standard's, the common, the official, and further
/// names by ISO and the UN (M49).
[[nodiscard]] std::vector<std::string> names_of(const Country& country);

/// The country with this code (alpha-2 or alpha-3), or with this name in any spelling of
/// names_of(); null if there is none.
[[nodiscard]] const Country* find_country(std::string_view code_or_name);

}  // namespace source
