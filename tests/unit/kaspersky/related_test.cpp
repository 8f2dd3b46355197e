#include "kaspersky/related.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>

#include "support/hashes.hpp"
#include "text/json.hpp"

namespace kaspersky {
namespace {

using support::md5;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

class RelatedTest : public testing::Test {
 protected:
  std::vector<RelatedObjects> read(const std::string& text) {
    auto parsed = text::parse_json(text);
    EXPECT_TRUE(parsed) << text;
    document = std::move(*parsed);
    return read_related(FieldReader(document, "", oddities));
  }
  /// Reads an answer that has only this row, and returns its object.
  RelatedObject read_row(std::string_view section, std::string_view row) {
    const auto all = read(fmt::format(R"({{"{}": [{}]}})", section, row));
    EXPECT_THAT(all, SizeIs(1));
    return all.at(0).objects.at(0);
  }

  nlohmann::json document;
  Oddities oddities;
};

std::string value_for(RelatedKind kind) {
  switch (kind) {
    case RelatedKind::file:
      return md5;
    case RelatedKind::url:
      return "example.com/a";
    case RelatedKind::domain:
      return "example.com";
    case RelatedKind::ip:
      break;
  }
  return "198.51.100.1";
}

TEST_F(RelatedTest, EverySectionOfTheTableGivesItsObjects) {
  for (const auto& field : related_fields()) {
    SCOPED_TRACE(fmt::format("{}.{}", field.section, field.field));
    const auto value = value_for(field.kind);
    const auto all =
        read(fmt::format(R"({{"{}": [{{"{}": "{}"}}]}})", field.section, field.field, value));
    ASSERT_THAT(all, SizeIs(1));
    EXPECT_EQ(all[0].field.section, field.section);
    EXPECT_EQ(all[0].field.field, field.field);
    ASSERT_THAT(all[0].objects, SizeIs(1));
    EXPECT_EQ(all[0].objects[0].value, value);
  }
  EXPECT_THAT(oddities.lines(), IsEmpty());
}

TEST_F(RelatedTest, AHashIsMadeLowerCase) {
  EXPECT_EQ(read_row("FilesAccessed", R"({"Md5": "00112233445566778899AABBCCDDEEFF"})").value,
            "00112233445566778899aabbccddeeff");
}

TEST_F(RelatedTest, ARowGivesZoneDatesNameAndTheRest) {
  const auto object = read_row("FileStartedBy", fmt::format(R"({{
      "Zone": "Red", "Md5": "{}", "Name": "a.exe", "Location": "%TEMP%", "Path": "%TEMP%\\x",
      "DetectionName": "Trojan.Win32.A", "HitsCount": 12345, "FirstSeen": "2020-01-02",
      "LastStartDate": "2021-05-27T12:37Z"}})",
                                                            md5));
  EXPECT_EQ(object.zone, Zone::red);
  EXPECT_EQ(object.name, "a.exe");
  EXPECT_EQ(object.first_seen, "2020-01-02T00:00:00.000Z");
  EXPECT_EQ(object.last_seen, "2021-05-27T12:37:00.000Z");
  EXPECT_THAT(object.remarks, ElementsAre("detected as Trojan.Win32.A", "location %TEMP%",
                                          R"(path %TEMP%\x)", "12,345 hits"));
}

TEST_F(RelatedTest, EachNameOfALastDateIsRead) {
  for (const auto* name : {"LastSeen", "LastDownloadDate", "LastStartDate"}) {
    EXPECT_EQ(
        read_row("HostedUrls", fmt::format(R"({{"Url": "example.com", "{}": "2021-05-27"}})", name))
            .last_seen,
        "2021-05-27T00:00:00.000Z");
  }
}

TEST_F(RelatedTest, EachNameOfACountOfHitsIsRead) {
  for (const auto* name : {"HitsCount", "DownloadHitsCount", "AccessHitsCount", "UrlHitsCount"}) {
    EXPECT_THAT(
        read_row("HostedUrls", fmt::format(R"({{"Url": "example.com", "{}": 7}})", name)).remarks,
        ElementsAre("7 hits"));
  }
}

TEST_F(RelatedTest, CountsHaveTheirNounAndPeaksAreDays) {
  EXPECT_THAT(
      read_row("IpDnsResolutions", R"({"Domain": "example.com", "ThreatScore": 63,
                  "HitsCount": 1, "DailyPeak": 1000, "PeakDate": "2026-01-15T23:57Z"})")
          .remarks,
      ElementsAre("1 hit", "threat score 63", "daily peak 1,000 hits", "peak on 2026-01-15"));
  EXPECT_THAT(read_row("Subdomains", R"({"Subdomain": "a.example.com", "FilesCount": 1})").remarks,
              ElementsAre("1 file"));
}

TEST_F(RelatedTest, ARowWithAFileAndAUrlDescribesTheFile) {
  const auto all = read(fmt::format(R"({{"FilesDownloaded": [{{"Zone": "Red", "Md5": "{}",
      "DetectionName": "Trojan", "Url": "example.com/a", "LastSeen": "2021-05-27"}}]}})",
                                    md5));
  ASSERT_THAT(all, SizeIs(2));
  const auto& file = all[0].objects.at(0);
  const auto& url = all[1].objects.at(0);
  EXPECT_EQ(file.value, md5);
  EXPECT_EQ(file.zone, Zone::red);
  EXPECT_EQ(url.value, "example.com/a");
  EXPECT_EQ(url.zone, std::nullopt);
  EXPECT_THAT(url.remarks, IsEmpty());
  EXPECT_EQ(url.last_seen, "2021-05-27T00:00:00.000Z");
}

TEST_F(RelatedTest, ARowWithoutItsValueIsNotAnObject) {
  EXPECT_THAT(read(R"({"FileStartedBy": [{"Zone": "Red"}, {"Md5": ""}, {"Md5": null}]})"),
              IsEmpty());
  EXPECT_THAT(oddities.lines(), IsEmpty());
  EXPECT_THAT(read(R"({"FileStartedBy": [{"Md5": "zz"}], "HostedUrls": [{"Url": 7}]})"), IsEmpty());
  EXPECT_THAT(oddities.lines(), SizeIs(2));
}

TEST_F(RelatedTest, AnUnknownZoneCostsOnlyTheZone) {
  const auto object = read_row("HostedUrls", R"({"Url": "example.com", "Zone": "Pink"})");
  EXPECT_EQ(object.zone, std::nullopt);
  EXPECT_EQ(object.value, "example.com");
  EXPECT_THAT(oddities.lines(), ElementsAre("HostedUrls[0].Zone: unknown zone \"Pink\""));
}

TEST_F(RelatedTest, RowsKeepTheirOrder) {
  const auto all = read(R"({"HostedUrls": [{"Url": "b"}, {"Url": "a"}, {"Url": "b"}]})");
  ASSERT_THAT(all, SizeIs(1));
  ASSERT_THAT(all[0].objects, SizeIs(3));
  EXPECT_EQ(all[0].objects[0].value, "b");
  EXPECT_EQ(all[0].objects[1].value, "a");
}

}  // namespace
}  // namespace kaspersky
