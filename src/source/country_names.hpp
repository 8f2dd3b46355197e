// The names under which a platform may have a country.
//
// A platform is asked by the ids of names, so it must be asked for each way of writing one: `Korea,
// Republic of`, `Republic of Korea`, `Korea (the Republic of)`. What these have in common is a
// normal form, from which all of them are written.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "source/countries.hpp"

namespace source {

/// The words of a country's name in their natural order, in lower case, without article, with plain
/// apostrophes: `republic of korea`. Accents stay.
[[nodiscard]] std::string normal_form(std::string_view name);

/// Each once, in lower case: the table's name of the country first; then its codes and all ways of
/// writing its names, which are the standard's, the common, the official, and further ones of ISO
/// and the UN (M49).
[[nodiscard]] std::vector<std::string> names_of(const Country& country);

/// The country with this code (alpha-2 or alpha-3) or name, written in any of the ways of
/// names_of(); null when there is none.
[[nodiscard]] const Country* find_country(std::string_view code_or_name);

}  // namespace source
