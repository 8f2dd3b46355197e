// Countries by their code.
#pragma once

#include <span>
#include <string_view>

namespace source {

struct Country {
  /// ISO 3166-1.
  std::string_view alpha_2;
  std::string_view alpha_3;
  /// The standard's name, which most connectors use: `Korea, Republic of`.
  std::string_view name;
  /// The common name if it differs: `South Korea`; otherwise empty.
  std::string_view other_name;
  /// The standard's long form if there is one: `Kingdom of the Netherlands`; otherwise empty.
  std::string_view official_name;
};

[[nodiscard]] std::span<const Country> all_countries();

/// The country with this ISO 3166-1 alpha-2 code, in any letter case; null if there is none.
[[nodiscard]] const Country* country_by_code(std::string_view alpha_2);

}  // namespace source
