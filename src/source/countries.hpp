// Countries by their code.
#pragma once

#include <span>
#include <string_view>

namespace source {

struct Country {
  /// ISO 3166-1.
  std::string_view alpha_2;
  std::string_view alpha_3;
  /// The standard's, as most connectors write it: `Korea, Republic of`.
  std::string_view name;
  /// As people say it, where that differs: `South Korea`; else empty.
  std::string_view other_name;
  /// The standard's long form, where it has one: `Kingdom of the Netherlands`; else empty.
  std::string_view official_name;
};

[[nodiscard]] std::span<const Country> all_countries();

/// The country with this ISO 3166-1 alpha-2 code, in any letter case; null when there is none.
[[nodiscard]] const Country* country_by_code(std::string_view alpha_2);

}  // namespace source
