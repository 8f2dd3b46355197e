#include "source/countries.hpp"

#include <gtest/gtest.h>

#include <set>
#include <string>

namespace source {
namespace {

TEST(Countries, AreFoundByTheirCodeInAnyLetterCase) {
  for (const auto* code : {"NL", "nl", "Nl"}) {
    const auto* const country = country_by_code(code);
    ASSERT_NE(country, nullptr) << code;
    EXPECT_EQ(country->alpha_2, "NL");
    EXPECT_EQ(country->alpha_3, "NLD");
    EXPECT_EQ(country->name, "Netherlands");
  }
}

TEST(Countries, CountriesWithAnotherCommonNameHaveASecondName) {
  EXPECT_EQ(country_by_code("NL")->other_name, "");
  EXPECT_EQ(country_by_code("KR")->name, "Korea, Republic of");
  EXPECT_EQ(country_by_code("KR")->other_name, "South Korea");
  EXPECT_EQ(country_by_code("PS")->other_name, "State of Palestine");
}

TEST(Countries, ThoseWithALongFormHaveIt) {
  EXPECT_EQ(country_by_code("NL")->official_name, "Kingdom of the Netherlands");
  EXPECT_EQ(country_by_code("TW")->official_name, "")
      << "the official name is the same as the name";
}

TEST(Countries, AllOfThemAreThere) {
  std::set<std::string_view> alpha_3;
  std::set<std::string_view> names;
  for (char first = 'A'; first <= 'Z'; ++first) {
    for (char second = 'A'; second <= 'Z'; ++second) {
      const auto* const country = country_by_code(std::string{first, second});
      if (country == nullptr) continue;
      EXPECT_EQ(country->alpha_3.size(), 3U) << country->name;
      alpha_3.insert(country->alpha_3);
      names.insert(country->name);
    }
  }
  EXPECT_EQ(alpha_3.size(), 249U);
  EXPECT_EQ(names.size(), 249U);
}

TEST(Countries, OtherCodesAreUnknown) {
  for (const auto* code : {"", "N", "NLD", "XX", "ZZ", "EU", "UK", "--", " NL", "N\xc3\xa4"}) {
    EXPECT_EQ(country_by_code(code), nullptr) << code;
  }
}

}  // namespace
}  // namespace source
