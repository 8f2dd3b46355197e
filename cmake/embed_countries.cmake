# Writes country_table.hpp from the iso_3166-1.json of Debian's iso-codes: for each country both codes, the name in the
# standard, another name that people use (the common name, or the standard's name in natural order, as for "Palestine, State
# of"), and the official name.
# Run as: cmake -DINPUT=… -DOUTPUT=… -P embed_countries.cmake
file(READ ${INPUT} document)
string(JSON countries GET "${document}" 3166-1)
string(JSON count LENGTH "${countries}")
math(EXPR last "${count} - 1")
set(rows "")
foreach(index RANGE ${last})
  string(JSON country GET "${countries}" ${index})
  string(JSON alpha_2 GET "${country}" alpha_2)
  string(JSON alpha_3 GET "${country}" alpha_3)
  string(JSON name GET "${country}" name)
  string(JSON other ERROR_VARIABLE missing GET "${country}" common_name)
  if(missing)
    string(REGEX REPLACE "^(.*), (.* of|.* of the|British|U\\.S\\.)$" "\\2 \\1" other "${name}")
  endif()
  if(other STREQUAL name)
    set(other "")
  endif()
  string(JSON official ERROR_VARIABLE missing GET "${country}" official_name)
  if(missing OR official STREQUAL name)
    set(official "")
  endif()
  string(APPEND rows "    {\"${alpha_2}\", \"${alpha_3}\", \"${name}\", \"${other}\", \"${official}\"},\n")
endforeach()
file(WRITE ${OUTPUT} "// Made from iso-codes' iso_3166-1.json by cmake/embed_countries.cmake.
#pragma once

#include <array>

#include \"source/countries.hpp\"

namespace source {

inline constexpr auto country_table = std::to_array<Country>({
${rows}});

}  // namespace source
")
