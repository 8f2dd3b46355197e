#include "kaspersky/answer.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>

#include <algorithm>
#include <string>

#include "support/samples.hpp"
#include "unit/kaspersky/read_text.hpp"

namespace kaspersky {
namespace {

using fakes::read;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

/// An answer whose FileGeneralInfo has only this field.
Answer read_field(std::string_view name, std::string_view value) {
  return read(fmt::format(R"({{"FileGeneralInfo": {{"{}": {}}}}})", name, value));
}

Answer read_sample(const std::string& name) { return read(support::sample("file/" + name)); }

// --- the samples ---

TEST(AnswerSamples, MinimalHasAZoneAndOneHash) {
  const auto answer = read_sample("minimal");
  EXPECT_EQ(answer.license, std::nullopt);
  EXPECT_EQ(answer.zone, Zone::green);
  ASSERT_TRUE(answer.file);
  EXPECT_EQ(answer.file->sha256,
            "ef5ca94eaa2df624c484119372c86c6b74f4c7e5e51974685c6b73a920ed4323");
  EXPECT_EQ(answer.file->md5, "");
  EXPECT_EQ(answer.file->size, std::nullopt);
  EXPECT_THAT(answer.oddities, IsEmpty());
}

TEST(AnswerSamples, ATrialLicenceHasNoQuota) {
  const auto answer = read_sample("trial-licence");
  ASSERT_TRUE(answer.license);
  EXPECT_EQ(answer.license->day_requests, std::nullopt);
  EXPECT_EQ(answer.license->day_quota, std::nullopt);
  EXPECT_EQ(answer.license->token_expiration_date, "2026-12-31T00:00Z");
  ASSERT_TRUE(answer.file);
  EXPECT_EQ(answer.file->size, 48128);
  EXPECT_THAT(answer.general.categories, ElementsAre("CATEGORY_ADWARE"));
  EXPECT_THAT(answer.oddities, IsEmpty());
}

TEST(AnswerSamples, NullsAreAbsentAndNotOdd) {
  const auto answer = read_sample("all-null");
  EXPECT_EQ(answer.zone, std::nullopt);
  ASSERT_TRUE(answer.file);
  EXPECT_EQ(answer.file->sha256, "");
  EXPECT_EQ(answer.file->size, std::nullopt);
  EXPECT_THAT(answer.general.categories, IsEmpty());
  EXPECT_THAT(answer.oddities, IsEmpty());
}

TEST(AnswerSamples, EachWrongTypeCostsOnlyItsField) {
  const auto answer = read_sample("wrong-types");
  ASSERT_TRUE(answer.file);
  EXPECT_THAT(answer.file->sha256, SizeIs(64));
  EXPECT_THAT(answer.general.categories, ElementsAre("CATEGORY_MALWARE"));
  EXPECT_THAT(
      answer.oddities,
      ElementsAre(
          "LicenseInfo.DayRequests: expected an integer, got text",
          "LicenseInfo.DayQuota: expected an integer from 0 to 9223372036854775807, got 2000.5",
          "LicenseInfo.TokenExpirationDate: expected text, got a number",
          "Zone: expected text, got a list",
          "FileGeneralInfo.Md5: expected 32 hexadecimal digits, got "
          "\"43B0CA38C0B3F6E95277E09D3C6FCF4\"",
          "FileGeneralInfo.Sha1: expected text, got a number",
          "FileGeneralInfo.Size: expected an integer, got text",
          "FileGeneralInfo.Categories[1]: expected text, got a number",
          "FileGeneralInfo.Categories[2]: expected text, got null",
          "FileGeneralInfo.Categories[3]: expected text, got an object",
          "FileGeneralInfo.Categories[4]: expected text, got an empty text",
          "FileGeneralInfo.Categories[5]: expected text, got a list",
          "FileNames: expected a list of objects, got text",
          "Industries: expected a list of texts, got a boolean",
          "FileGeneralInfo.Type: expected text, got an object",
          "DetectionsInfo: expected a list of objects, got an object"));
}

TEST(AnswerSamples, AnUnknownZoneIsOddAndUnknownSectionsAreNot) {
  const auto answer = read_sample("unknown-zone-and-sections");
  EXPECT_EQ(answer.zone, std::nullopt);
  EXPECT_THAT(answer.oddities, ElementsAre("Zone: unknown zone \"Purple\""));
  ASSERT_TRUE(answer.file);
  EXPECT_EQ(answer.file->size, 1024);
  ASSERT_TRUE(answer.license);
  EXPECT_EQ(answer.license->day_requests, 42);
  EXPECT_EQ(answer.license->day_quota, 2000);
}

TEST(AnswerSamples, HostileTextIsKeptAsTextAndNeverReachesTheOdditiesRaw) {
  const auto answer = read_sample("hostile");
  ASSERT_TRUE(answer.file);
  EXPECT_THAT(answer.general.categories, SizeIs(10)) << "duplicates are removed";
  EXPECT_EQ(answer.file->size, 9007199254740993) << "an integer is never rounded";
  EXPECT_THAT(answer.file->sha256, SizeIs(64));
  EXPECT_EQ(answer.file->md5, "");
  EXPECT_THAT(answer.oddities, SizeIs(4));
  for (const auto& line : answer.oddities) {
    EXPECT_THAT(line, SizeIs(testing::Le(160)));
    EXPECT_TRUE(std::all_of(line.begin(), line.end(), [](char c) { return c >= ' ' && c <= '~'; }))
        << line;
  }
}

// --- the document ---

TEST(Answer, AnEmptyObjectIsAnAnswer) {
  const auto answer = read("{}");
  EXPECT_EQ(answer.license, std::nullopt);
  EXPECT_EQ(answer.zone, std::nullopt);
  EXPECT_EQ(answer.file, std::nullopt);
  EXPECT_THAT(answer.oddities, IsEmpty());
}

TEST(Answer, OnlyAnObjectIsAnAnswer) {
  for (const auto* text : {"[]", "null", "\"Red\"", "1", "true", "[{\"Zone\": \"Red\"}]"}) {
    const auto answer = text::parse_json(text).and_then(read_answer);
    ASSERT_FALSE(answer) << text;
    EXPECT_EQ(answer.error(), "JSON, but not an object");
  }
}

TEST(Answer, ASectionOfAnotherTypeCostsThatSection) {
  const auto answer = read(R"({"LicenseInfo": "none", "Zone": "Red", "FileGeneralInfo": [1]})");
  EXPECT_EQ(answer.license, std::nullopt);
  EXPECT_EQ(answer.zone, Zone::red);
  EXPECT_EQ(answer.file, std::nullopt);
  EXPECT_THAT(answer.oddities, ElementsAre("LicenseInfo: expected an object, got text",
                                           "FileGeneralInfo: expected an object, got a list"));
}

TEST(Answer, TheZoneComesInAnyLetterCase) {
  EXPECT_EQ(read(R"({"Zone": "RED"})").zone, Zone::red);
  EXPECT_EQ(read(R"({"Zone": "gray"})").zone, Zone::grey);
  EXPECT_EQ(read(R"({"Zone": "Grey"})").zone, Zone::grey);
}

TEST(Answer, OdditiesAreCountedBeyondTwenty) {
  std::string rows = "0";
  for (int i = 1; i < 100; ++i) rows += ",0";
  const auto answer = read_field("Categories", "[" + rows + "]");
  ASSERT_THAT(answer.oddities, SizeIs(21));
  EXPECT_EQ(answer.oddities[19], "FileGeneralInfo.Categories[19]: expected text, got a number");
  EXPECT_EQ(answer.oddities[20], "80 more");
}

TEST(Answer, AnOddityQuotesSixtyEscapedCharactersAtMost) {
  const auto quoted = [](const std::string& zone) {
    const auto answer = read("{\"Zone\": \"" + zone + "\"}");
    return answer.oddities.at(0);
  };
  EXPECT_EQ(quoted(std::string(60, 'a')), "Zone: unknown zone \"" + std::string(60, 'a') + "\"");
  EXPECT_EQ(quoted(std::string(61, 'a')), "Zone: unknown zone \"" + std::string(60, 'a') + "\"...");
  EXPECT_EQ(quoted("\\u001b\\n\\\"\xC3\xBC\xE2\x80\xAE"),
            "Zone: unknown zone \"\\u001b\\n\\\"\\u00fc\\u202e\"");
  EXPECT_EQ(quoted(std::string(59, 'a') + "\xC3\xBC"),
            "Zone: unknown zone \"" + std::string(59, 'a') + "\\\"...");
}

// --- one field of each type ---

struct FieldCase {
  const char* json;
  /// Part of the only line about oddities; if null, no line is expected.
  const char* oddity;
};

void expect_oddity(const Answer& answer, const char* oddity) {
  if (oddity == nullptr) {
    EXPECT_THAT(answer.oddities, IsEmpty());
  } else {
    EXPECT_THAT(answer.oddities, ElementsAre(HasSubstr(oddity)));
  }
}

TEST(FileSize, IsAWholeNumberHoweverWritten) {
  EXPECT_EQ(read_field("Size", "0").file.value().size, 0);
  EXPECT_EQ(read_field("Size", "2147483648").file.value().size, 2147483648);
  EXPECT_EQ(read_field("Size", "9223372036854775807").file.value().size, 9223372036854775807);
  EXPECT_EQ(read_field("Size", "1e6").file.value().size, 1'000'000);
  EXPECT_EQ(read_field("Size", "4096.0").file.value().size, 4096);
}

TEST(FileSize, IsAbsentOtherwise) {
  const FieldCase cases[] = {
      {"null", nullptr},
      {"[]", nullptr},
      {"\"\"", nullptr},
      {"1.5", "got 1.5"},
      {"-1", "got -1"},
      {"-2.0", "got -2.0"},
      {"1e30", "got 1e+30"},
      {"9223372036854775808", "got 9223372036854775808"},
      {"\"2833840\"", "expected an integer, got text"},
      {"true", "expected an integer, got a boolean"},
      {"[1]", "expected an integer, got a list"},
      {"{}", "expected an integer, got an object"},
  };
  for (const auto& [json, oddity] : cases) {
    SCOPED_TRACE(json);
    const auto answer = read_field("Size", json);
    EXPECT_EQ(answer.file.value().size, std::nullopt);
    expect_oddity(answer, oddity);
  }
}

TEST(FileHashes, AreMadeLowerCase) {
  const auto answer = read_field("Md5", R"("00112233445566778899AABBCCDDEEFF")");
  EXPECT_EQ(answer.file.value().md5, "00112233445566778899aabbccddeeff");
  EXPECT_THAT(answer.oddities, IsEmpty());
}

TEST(FileHashes, AreEmptyUnlessWellFormed) {
  const FieldCase cases[] = {
      {"null", nullptr},
      {"[]", nullptr},
      {R"("")", nullptr},
      {R"("0011223344556677")", "expected 32 hexadecimal digits"},
      {R"("00112233445566778899AABBCCDDEEFG")", "expected 32 hexadecimal digits"},
      {R"("00112233445566778899AABBCCDDEEF\u0000")", "expected 32 hexadecimal digits"},
      {R"(" 00112233445566778899AABBCCDDEEF")", "expected 32 hexadecimal digits"},
      {"123", "expected text, got a number"},
      {"false", "expected text, got a boolean"},
      {R"(["a"])", "expected text, got a list"},
      {"{}", "expected text, got an object"},
  };
  for (const auto& [json, oddity] : cases) {
    SCOPED_TRACE(json);
    const auto answer = read_field("Md5", json);
    EXPECT_EQ(answer.file.value().md5, "");
    expect_oddity(answer, oddity);
  }
}

TEST(FileHashes, EachHasItsOwnLength) {
  const auto answer = read(R"({"FileGeneralInfo": {
      "Md5": "00112233445566778899AABBCCDDEEFF00112233",
      "Sha1": "00112233445566778899AABBCCDDEEFF00112233",
      "Sha256": "00112233445566778899AABBCCDDEEFF00112233"}})");
  EXPECT_EQ(answer.file.value().md5, "");
  EXPECT_EQ(answer.file.value().sha1, "00112233445566778899aabbccddeeff00112233");
  EXPECT_EQ(answer.file.value().sha256, "");
  EXPECT_THAT(answer.oddities, SizeIs(2));
}

TEST(FileCategories, KeepTheirOrderAndComeOnce) {
  EXPECT_THAT(read_field("Categories", R"(["B", "A", "B"])").general.categories,
              ElementsAre("B", "A"));
}

TEST(FileCategories, ASingleTextIsNotAList) {
  const auto answer = read_field("Categories", R"("CATEGORY_MALWARE")");
  EXPECT_THAT(answer.general.categories, IsEmpty());
  EXPECT_THAT(answer.oddities,
              ElementsAre("FileGeneralInfo.Categories: expected a list of texts, got text"));
}

}  // namespace
}  // namespace kaspersky
