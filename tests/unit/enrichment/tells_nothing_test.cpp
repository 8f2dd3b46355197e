#include <gtest/gtest.h>

#include "enrichment/convert.hpp"
#include "net/json.hpp"

namespace enrichment {
namespace {

kaspersky::Answer read(const char* text) {
  return net::parse_json(text).and_then(kaspersky::read_answer).value();
}

TEST(TellsNothing, ALicenceAndTheNameOfWhatWasAskedTellNothing) {
  EXPECT_TRUE(tells_nothing({}));
  EXPECT_TRUE(tells_nothing(read(R"({"LicenseInfo": {"DayRequests": 1}, "Zone": null,
      "FileGeneralInfo": {"Sha256": null}, "RelatedObjects": {"HasRedZone": false}})")));
  EXPECT_TRUE(tells_nothing(read(R"({"IpGeneralInfo": {"Ip": "198.51.100.1"}})")));
}

TEST(TellsNothing, AnythingElseTellsSomething) {
  for (const auto* text :
       {R"({"Zone": "Grey"})", R"({"Industries": ["Energy"]})",
        R"({"FileGeneralInfo": {"Md5": "00112233445566778899AABBCCDDEEFF"}})",
        R"({"FileGeneralInfo": {"Size": 7}})", R"({"FileGeneralInfo": {"Categories": ["A"]}})",
        R"({"FileGeneralInfo": {"HasApt": true}})",
        R"({"FileGeneralInfo": {"RelatedAptReports": [{"Id": "1"}]}})",
        R"({"FileNames": [{"FileName": "a"}]})", R"({"IpGeneralInfo": {"CountryCode": "NL"}})",
        R"({"IpGeneralInfo": {"Status": "static"}})", R"({"IpWhoIs": {"Asn": [{"Number": 1}]}})",
        R"({"HostedUrls": [{"Url": "example.com"}]})"}) {
    EXPECT_FALSE(tells_nothing(read(text))) << text;
  }
}

}  // namespace
}  // namespace enrichment
