#include "kaspersky/facts.hpp"

#include <gmock/gmock.h>

#include <algorithm>
#include <set>

#include "kaspersky/related.hpp"
#include "kaspersky/sections.hpp"
#include "text/json.hpp"

namespace kaspersky {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

class FactsTest : public testing::Test {
 protected:
  std::vector<FactSheet> read(const char* text) {
    auto parsed = text::parse_json(text);
    EXPECT_TRUE(parsed) << text;
    document = std::move(*parsed);
    return read_facts(FieldReader(document, "", oddities));
  }

  nlohmann::json document;
  Oddities oddities;
};

TEST_F(FactsTest, ASectionBecomesAListOfItsFields) {
  const auto sheets = read(R"({"IpGeneralInfo": {"Status": "static", "ThreatScore": 75,
      "HitsCount": 0, "FirstSeen": "2020-01-02", "Ip": "198.51.100.1"}})");
  ASSERT_THAT(sheets, SizeIs(1));
  EXPECT_EQ(sheets[0].section, "IpGeneralInfo");
  EXPECT_THAT(sheets[0].columns, ElementsAre("Field", "Value"));
  EXPECT_THAT(sheets[0].rows,
              ElementsAre(Cells{"Status", "static"}, Cells{"ThreatScore", "75"},
                          Cells{"HitsCount", "0"}, Cells{"FirstSeen", "2020-01-02T00:00:00.000Z"}));
}

TEST_F(FactsTest, AListOfRowsBecomesATable) {
  const auto sheets = read(R"({"DetectionsInfo": [
      {"LastDetectDate": "2021-05-27T12:37Z", "Zone": "RED", "DetectionName": "Trojan"},
      {"DetectionMethod": "heuristic", "DescriptionUrl": "https://threats.kaspersky.com/x"}]})");
  ASSERT_THAT(sheets, SizeIs(1));
  EXPECT_THAT(sheets[0].columns, ElementsAre("LastDetectDate", "Zone", "DetectionName",
                                             "DetectionMethod", "DescriptionUrl"));
  EXPECT_THAT(sheets[0].rows,
              ElementsAre(Cells{"2021-05-27T12:37:00.000Z", "red", "Trojan", "", ""},
                          Cells{"", "", "", "heuristic", "https://threats.kaspersky.com/x"}));
}

TEST_F(FactsTest, WhoisDataIsAListAndATableOfContacts) {
  const auto sheets = read(R"({"DomainWhoIsInfo": {"DomainName": "example.com",
      "NameServers": ["a.example", "b.example"], "Registrar": {"Info": "R", "IanaId": "1"},
      "Contacts": [{"ContactType": "tech", "Address": ["Street 1", "Town"]}]}})");
  ASSERT_THAT(sheets, SizeIs(3));
  EXPECT_THAT(sheets[0].rows, ElementsAre(Cells{"DomainName", "example.com"},
                                          Cells{"NameServers", "a.example, b.example"}));
  EXPECT_THAT(sheets[1].rows,
              ElementsAre(Cells{"Registrar Info", "R"}, Cells{"Registrar IanaId", "1"}));
  ASSERT_THAT(sheets[2].rows, SizeIs(1));
  EXPECT_EQ(sheets[2].rows[0][0], "tech");
  EXPECT_EQ(sheets[2].rows[0][3], "Street 1, Town");
}

TEST_F(FactsTest, RowsAsLongAsTheColumns) {
  for (const auto& sheet : read(R"({"FilePaths": [{"Path": "a"}, {"Location": "b"}],
      "FeedMasks": [{"FeedNames": ["x"]}], "IpWhoIs": {"Net": {"Name": "n"}}})")) {
    for (const auto& row : sheet.rows) EXPECT_THAT(row, SizeIs(sheet.columns.size()));
  }
}

TEST_F(FactsTest, AFlagIsAFactOnlyWhenItIsSet) {
  EXPECT_THAT(read(R"({"RelatedObjects": {"HasRedZone": false}})"), IsEmpty());
  const auto sheets = read(R"({"RelatedObjects": {"HasRedZone": true}})");
  ASSERT_THAT(sheets, SizeIs(1));
  EXPECT_THAT(sheets[0].rows, ElementsAre(Cells{"HasRedZone", "yes"}));
}

TEST_F(FactsTest, HitsOfNamesAndPathsHaveTwoNames) {
  const auto sheets = read(R"({"FileNames": [{"FileName": "a", "FileNamesHitsCount": 10},
      {"FileName": "b", "HitsCount": 100}], "FilePaths": [{"Path": "c", "HitsCount": 1000}]})");
  ASSERT_THAT(sheets, SizeIs(2));
  EXPECT_THAT(sheets[0].rows, ElementsAre(Cells{"a", "10"}, Cells{"b", "100"}));
  EXPECT_THAT(sheets[1].rows, ElementsAre(Cells{"", "c", "1000"}));
}

TEST_F(FactsTest, AnEmptyFieldIsNotAFact) {
  EXPECT_THAT(read(R"({"FileGeneralInfo": {"Type": "", "Signer": null}, "DetectionsInfo": [{}],
      "FilePaths": [], "IpWhoIs": {"Net": {}, "Contacts": null}})"),
              IsEmpty());
  EXPECT_THAT(oddities.lines(), IsEmpty());
}

TEST_F(FactsTest, AnOddFieldCostsOnlyItself) {
  const auto sheets = read(R"({"UrlGeneralInfo": {"FilesCount": "many", "Ipv4Count": 2}})");
  ASSERT_THAT(sheets, SizeIs(1));
  EXPECT_THAT(sheets[0].rows, ElementsAre(Cells{"Ipv4Count", "2"}));
  EXPECT_THAT(oddities.lines(),
              ElementsAre("UrlGeneralInfo.FilesCount: expected an integer, got text"));
}

TEST(Sections, EverySectionThatCanBeAskedForIsUsed) {
  // read_answer() reads these sections into members of their own.
  std::set<std::string_view> used{"LicenseInfo", "Zone", "FileNames", "Industries"};
  for (const auto& field : fact_fields()) used.insert(field.section);
  for (const auto& field : related_fields()) used.insert(field.section);
  std::set<std::string_view> known;
  for (const auto kind : {ObjectKind::hash, ObjectKind::ip, ObjectKind::domain, ObjectKind::url}) {
    for (const auto section : known_sections(kind)) {
      known.insert(section);
      EXPECT_TRUE(used.contains(section)) << name_of(kind) << ' ' << section;
    }
  }
  for (const auto section : used) EXPECT_TRUE(known.contains(section)) << section;
}

}  // namespace
}  // namespace kaspersky
