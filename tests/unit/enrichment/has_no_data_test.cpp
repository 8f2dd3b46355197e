#include <gtest/gtest.h>

#include "enrichment/convert.hpp"
#include "text/json.hpp"

namespace enrichment {
namespace {

const Question asked_by_md5{kaspersky::ObjectKind::hash, "00112233445566778899AABBCCDDEEFF"};

bool nothing_in(const char* text) {
  return has_no_data(text::parse_json(text).and_then(kaspersky::read_answer).value(), asked_by_md5);
}

TEST(HasNoData, ALicenceAndTheNameOfTheRequestedObjectAreNotData) {
  EXPECT_TRUE(has_no_data({}, asked_by_md5));
  EXPECT_TRUE(nothing_in(R"({"LicenseInfo": {"DayRequests": 1}, "Zone": null,
      "FileGeneralInfo": {"Sha256": null}, "RelatedObjects": {"HasRedZone": false}})"));
  EXPECT_TRUE(nothing_in(R"({"IpGeneralInfo": {"Ip": "198.51.100.1"}})"));
}

// Kaspersky may also answer 200 if it has no data.
TEST(HasNoData, GreyMeansNotCategorised) {
  for (const auto* text :
       {R"({"Zone": "Grey"})",
        R"({"Zone": "Gray", "FileGeneralInfo": {"Md5": "00112233445566778899aabbccddeeff",
            "Size": 0, "HitsCount": 0, "HasApt": false, "Categories": []}})",
        R"({"Zone": "Grey", "IpGeneralInfo": {"Status": "NoInfo", "HitsCount": 0,
            "ThreatScore": 0, "CountryCode": null}})",
        R"({"Zone": "Grey", "IpGeneralInfo": {"Status": "reserved"}, "IpDnsResolutions": []})",
        R"({"Zone": "Grey", "DomainGeneralInfo": {"FilesCount": 0, "Categories": ["General"],
            "CategoriesWithZone": [{"Name": "General", "Zone": "Grey"}]},
            "DomainWhoIsInfo": {"DomainName": "example.com", "Contacts": []}})"}) {
    EXPECT_TRUE(nothing_in(text)) << text;
  }
}

TEST(HasNoData, AnyOtherZoneIsData) {
  for (const auto* text : {R"({"Zone": "Red"})", R"({"Zone": "Yellow"})", R"({"Zone": "Green"})"}) {
    EXPECT_FALSE(nothing_in(text)) << text;
  }
}

TEST(HasNoData, AnyOtherFieldIsData) {
  for (const auto* text :
       {R"({"Industries": ["Energy"]})",
        R"({"FileGeneralInfo": {"Md5": "10112233445566778899AABBCCDDEEFF"}})",
        R"({"FileGeneralInfo": {"Sha1": "00112233445566778899AABBCCDDEEFF00112233"}})",
        R"({"FileGeneralInfo": {"Size": 7}})", R"({"FileGeneralInfo": {"Categories": ["A"]}})",
        R"({"FileGeneralInfo": {"HasApt": true}})", R"({"FileGeneralInfo": {"HitsCount": 10}})",
        R"({"FileGeneralInfo": {"RelatedAptReports": [{"Id": "1"}]}})",
        R"({"FileNames": [{"FileName": "a"}]})", R"({"IpGeneralInfo": {"CountryCode": "NL"}})",
        R"({"Zone": "Grey", "IpGeneralInfo": {"Status": "known"}})",
        R"({"IpWhoIs": {"Asn": [{"Number": 1}]}})", R"({"IpWhoIs": {"Net": {"Name": "N"}}})",
        R"({"UrlGeneralInfo": {"CategoriesWithZone": [{"Name": "A", "Zone": "Grey"}]}})",
        R"({"DetectionsInfo": [{"DetectionName": "a"}]})",
        R"({"HostedUrls": [{"Url": "example.com"}]})"}) {
    EXPECT_FALSE(nothing_in(text)) << text;
  }
}

}  // namespace
}  // namespace enrichment
