#include "source/country_names.hpp"

#include <gmock/gmock.h>

#include <fstream>
#include <map>

#include <nlohmann/json.hpp>

#include "stix/normalization.hpp"

namespace source {
namespace {

using testing::Contains;
using testing::Le;
using testing::SizeIs;

struct Named {
  const char* alpha_2;
  const char* name;
};

/// The English short names of ISO 3166-1, as written on the web site of the standard.
constexpr Named iso_names[] = {
    {"BO", "Bolivia (Plurinational State of)"},
    {"BS", "Bahamas (the)"},
    {"CC", "Cocos (Keeling) Islands (the)"},
    {"CD", "Congo (the Democratic Republic of the)"},
    {"CG", "Congo (the)"},
    {"CI", "Côte d'Ivoire"},
    {"CZ", "Czechia"},
    {"FK", "Falkland Islands (the) [Malvinas]"},
    {"FM", "Micronesia (Federated States of)"},
    {"GB", "United Kingdom of Great Britain and Northern Ireland (the)"},
    {"GM", "Gambia (the)"},
    {"IR", "Iran (Islamic Republic of)"},
    {"KP", "Korea (the Democratic People's Republic of)"},
    {"KR", "Korea (the Republic of)"},
    {"LA", "Lao People's Democratic Republic (the)"},
    {"MD", "Moldova (the Republic of)"},
    {"MF", "Saint Martin (French part)"},
    {"NL", "Netherlands (Kingdom of the)"},
    {"NL", "Netherlands (the)"},
    {"PS", "Palestine, State of"},
    {"RU", "Russian Federation (the)"},
    {"SY", "Syrian Arab Republic (the)"},
    {"TR", "Türkiye"},
    {"TW", "Taiwan (Province of China)"},
    {"TZ", "Tanzania, the United Republic of"},
    {"US", "United States of America (the)"},
    {"VA", "Holy See (the)"},
    {"VE", "Venezuela (Bolivarian Republic of)"},
    {"VG", "Virgin Islands (British)"},
    {"VI", "Virgin Islands (U.S.)"},
    {"VN", "Viet Nam"},
};

/// The United Nations' standard country or area codes for statistical use.
constexpr Named m49_names[] = {
    {"CD", "Democratic Republic of the Congo"},
    {"CI", "Côte d’Ivoire"},
    {"FK", "Falkland Islands (Malvinas)"},
    {"GB", "United Kingdom of Great Britain and Northern Ireland"},
    {"HK", "China, Hong Kong Special Administrative Region"},
    {"KP", "Democratic People's Republic of Korea"},
    {"KR", "Republic of Korea"},
    {"LA", "Lao People’s Democratic Republic"},
    {"MD", "Republic of Moldova"},
    {"PS", "State of Palestine"},
    {"RU", "Russian Federation"},
    {"SJ", "Svalbard and Jan Mayen Islands"},
    {"SX", "Sint Maarten (Dutch part)"},
    {"TZ", "United Republic of Tanzania"},
    {"VG", "British Virgin Islands"},
    {"VI", "United States Virgin Islands"},
    {"WF", "Wallis and Futuna Islands"},
};

/// The countries in Debian's package iso-codes.
nlohmann::json all_countries() {
  std::ifstream file(ISO_3166);
  return nlohmann::json::parse(file).at("3166-1");
}

const Country& country_of(const nlohmann::json& row) {
  return *country_by_code(row.at("alpha_2").get<std::string>());
}

TEST(CountryNames, HaveANormalForm) {
  for (const auto* name : {"Korea, Republic of", "Republic of Korea", "Korea (the Republic of)",
                           "the REPUBLIC of Korea", "Korea, the Republic of"}) {
    EXPECT_EQ(normal_form(name), "republic of korea") << name;
  }
  EXPECT_EQ(normal_form("Bahamas (the)"), "bahamas");
  EXPECT_EQ(normal_form("Netherlands (Kingdom of the)"), "kingdom of the netherlands");
  EXPECT_EQ(normal_form("Congo (the Democratic Republic of the)"),
            "democratic republic of the congo");
  EXPECT_EQ(normal_form("CÔTE D’IVOIRE"), "côte d'ivoire");
  EXPECT_EQ(normal_form("Virgin Islands, U.S."), "u.s. virgin islands");
  EXPECT_EQ(normal_form("Cocos (Keeling) Islands (the)"), "cocos (keeling) islands");
  EXPECT_EQ(normal_form("Saint Martin (French part)"), "saint martin, french part");
  EXPECT_EQ(normal_form("Bonaire, Sint Eustatius and Saba"), "bonaire, sint eustatius and saba");
  for (const auto* odd : {"", "the", "(the)", " (the)", ", of", "a ("}) {
    EXPECT_LE(normal_form(odd).size(), std::string_view(odd).size());
  }
}

TEST(CountryNames, TheTablesNameComesFirst) {
  EXPECT_EQ(names_of(*country_by_code("CI")).front(), "côte d'ivoire");
}

TEST(CountryNames, IsosAreThere) {
  for (const auto& [alpha_2, name] : iso_names) {
    EXPECT_THAT(names_of(*country_by_code(alpha_2)), Contains(stix::normalized(name)));
  }
}

TEST(CountryNames, TheUnitedNationsAreThere) {
  for (const auto& [alpha_2, name] : m49_names) {
    EXPECT_THAT(names_of(*country_by_code(alpha_2)), Contains(stix::normalized(name)));
  }
}

TEST(CountryNames, NamesThatIsoHadAreThere) {
  for (const auto& [alpha_2, name] :
       {Named{"TR", "Turkey"}, Named{"SZ", "Swaziland"}, Named{"CV", "Cape Verde"},
        Named{"MK", "the former Yugoslav Republic of Macedonia"}}) {
    EXPECT_THAT(names_of(*country_by_code(alpha_2)), Contains(stix::normalized(name)));
  }
}

TEST(CountryNames, EachOfIsoCodesIsThere) {
  const auto rows = all_countries();
  EXPECT_THAT(rows, SizeIs(249));
  for (const auto& row : rows) {
    const auto names = names_of(country_of(row));
    for (const auto* key : {"alpha_2", "alpha_3", "name", "common_name", "official_name"}) {
      if (!row.contains(key)) continue;
      EXPECT_THAT(names, Contains(stix::normalized(row.at(key).get<std::string>())));
    }
    EXPECT_THAT(names, SizeIs(Le(24U)));
  }
}

TEST(CountryNames, NoTwoCountriesShareOneOrItsNormalForm) {
  std::map<std::string, std::string> owners;
  for (const auto& row : all_countries()) {
    const auto& country = country_of(row);
    for (const auto& name : names_of(country)) {
      for (const auto& form : {name, normal_form(name)}) {
        const auto [owner, first] = owners.emplace(form, country.alpha_2);
        EXPECT_EQ(owner->second, country.alpha_2) << form;
      }
    }
  }
}

TEST(CountryNames, EachWayOfWritingANameHasItsNormalForm) {
  for (const auto& row : all_countries()) {
    const auto names = names_of(country_of(row));
    for (const auto& name : names) EXPECT_THAT(names, Contains(normal_form(name))) << name;
  }
}

}  // namespace
}  // namespace source
