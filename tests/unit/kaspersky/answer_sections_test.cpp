#include <fmt/format.h>
#include <gmock/gmock.h>

#include "unit/kaspersky/read_text.hpp"

namespace kaspersky {
namespace {

using fakes::read;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

TEST(AnswerSections, TheGeneralSectionOfAnyKindHasCategoriesAndAttacks) {
  for (const auto* section :
       {"FileGeneralInfo", "IpGeneralInfo", "DomainGeneralInfo", "UrlGeneralInfo"}) {
    SCOPED_TRACE(section);
    const auto answer = read(fmt::format(R"({{"{}": {{"Categories": ["A"],
        "CategoriesWithZone": [{{"Name": "A", "Zone": "Red"}}, {{"Name": "B"}}], "HasApt": true,
        "RelatedAptReports": [{{"Id": "1", "Title": "T"}}, {{"Title": "no id"}},
        {{"Title": "no id"}}, {{}}]}}}})",
                                         section));
    EXPECT_THAT(answer.general.categories, ElementsAre("A", "B"));
    EXPECT_TRUE(answer.general.has_apt);
    ASSERT_THAT(answer.general.reports, SizeIs(2));
    EXPECT_EQ(answer.general.reports[0].title, "T");
    EXPECT_EQ(answer.general.reports[1].title, "no id");
    EXPECT_THAT(answer.oddities, IsEmpty());
  }
}

TEST(AnswerSections, ACategoryIsHarmlessWhenNoRowSaysOtherwise) {
  const auto answer = read(R"({"UrlGeneralInfo": {"CategoriesWithZone": [
      {"Name": "A", "Zone": "Grey"}, {"Name": "A", "Zone": "Red"}, {"Name": "B", "Zone": "Orange"},
      {"Name": "B", "Zone": "Green"}, {"Name": "C", "Zone": "Grey"}, {"Name": "C"}]}})");
  EXPECT_THAT(answer.general.harmless_categories, ElementsAre("C"));
  EXPECT_THAT(answer.general.categories, ElementsAre("A", "B", "C"));
}

TEST(AnswerSections, AnAddressHasItsCountryAndAUrlItsHost) {
  const auto answer = read(R"({"IpGeneralInfo": {"Ip": "198.51.100.1", "CountryCode": "NL"},
      "UrlGeneralInfo": {"Url": "example.com/a", "Host": "example.com"}})");
  EXPECT_EQ(answer.ip.value().ip, "198.51.100.1");
  EXPECT_EQ(answer.ip.value().country_code, "NL");
  EXPECT_EQ(answer.url.value().host, "example.com");
}

TEST(AnswerSections, CategoriesMayBeBesideTheirSection) {
  const auto answer = read(R"({"IpGeneralInfo": {"Ip": "192.0.2.1"}, "Categories": ["Phishing"],
      "CategoriesWithZone": [{"Name": "Phishing", "Zone": "Red"}, {"Name": "B", "Zone": "Grey"}]})");
  EXPECT_THAT(answer.general.categories, ElementsAre("Phishing", "B"));
  EXPECT_THAT(answer.general.harmless_categories, ElementsAre("B"));
  EXPECT_THAT(answer.oddities, IsEmpty());
  ASSERT_THAT(answer.facts, SizeIs(1));
  EXPECT_EQ(answer.facts[0].section, "IpGeneralInfo");
  EXPECT_THAT(answer.facts[0].rows, SizeIs(2));
  const auto inside = read(R"({"IpGeneralInfo": {"Categories": ["A"]}, "Categories": ["B"]})");
  EXPECT_THAT(inside.general.categories, ElementsAre("A"));
}

TEST(AnswerSections, NumbersOfAutonomousSystemsMayBeTexts) {
  const auto answer = read(R"({"IpWhoIs": {"Asn": [{"Number": "AS64500", "Description": "A"},
      {"Number": "64501"}, {"Number": "as64502"}, {"Number": "AS"}, {"Number": "AS-1"},
      {"Number": "AS1.5"}, {"Number": "99999999999999999999"}]}})");
  ASSERT_THAT(answer.autonomous_systems, SizeIs(3));
  EXPECT_EQ(answer.autonomous_systems[0].number, 64500);
  EXPECT_EQ(answer.autonomous_systems[0].name, "A");
  EXPECT_EQ(answer.autonomous_systems[2].number, 64502);
  EXPECT_THAT(answer.oddities, SizeIs(4)) << "only the field with the oddity is lost";
}

TEST(AnswerSections, ARegistrarMayBeItsNameAndAStatusOneText) {
  const auto answer = read(R"({"DomainWhoIsInfo": {"Registrar": "Example Registrar",
      "DomainStatus": "REGISTERED, DELEGATED", "Created": "2024-03-15"}})");
  EXPECT_THAT(answer.oddities, IsEmpty());
  std::vector<std::string> facts;
  for (const auto& sheet : answer.facts) {
    for (const auto& row : sheet.rows) facts.push_back(row[0] + "=" + row[1]);
  }
  EXPECT_THAT(facts,
              ElementsAre("Created=2024-03-15T00:00:00.000Z", "DomainStatus=REGISTERED, DELEGATED",
                          "Registrar Info=Example Registrar"));
}

TEST(AnswerSections, AutonomousSystemsNeedANumber) {
  const auto answer = read(R"({"IpWhoIs": {"Asn": [
      {"Number": 64500, "Description": ["A", "B"]}, {"Description": "no number"},
      {"Number": 64501, "Description": "C"}]}})");
  ASSERT_THAT(answer.autonomous_systems, SizeIs(2));
  EXPECT_EQ(answer.autonomous_systems[0].number, 64500);
  EXPECT_EQ(answer.autonomous_systems[0].name, "A, B");
  EXPECT_EQ(answer.autonomous_systems[1].name, "C");
}

TEST(AnswerSections, FileNamesAndIndustriesComeOnce) {
  const auto answer = read(R"({"FileNames": [{"FileName": "b.exe"}, {"FileName": "a.exe"},
      {"FileName": "b.exe"}, {}], "Industries": ["Energy", "Energy"]})");
  EXPECT_THAT(answer.file_names, ElementsAre("b.exe", "a.exe"));
  EXPECT_THAT(answer.industries, ElementsAre("Energy"));
}

}  // namespace
}  // namespace kaspersky
