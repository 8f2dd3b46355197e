// What is said where a name or a value is nearly right.
#include <gmock/gmock.h>

#include "unit/settings/fixture.hpp"

namespace settings {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::EndsWith;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::StartsWith;

std::vector<std::string> warnings_of(const Environment& more,
                                     const std::optional<std::string>& yaml = std::nullopt) {
  auto result = load(with(more), yaml, FakeFiles());
  EXPECT_TRUE(result) << (result ? "" : result.error().front());
  return result ? std::move(result->warnings) : std::vector<std::string>{};
}

Problems problems_of(const Environment& environment) {
  auto result = load(environment, std::nullopt, FakeFiles());
  return result ? Problems{} : std::move(result.error());
}

TEST(Slips, InVariablesOfThePlatformAreNamed) {
  EXPECT_THAT(warnings_of({{"OPENCTI_TOKN", "t"}, {"OPENCTI_SSL_VERFIY", "true"}}),
              ElementsAre("'OPENCTI_SSL_VERFIY' is not a setting of this connector; did you mean "
                          "OPENCTI_SSL_VERIFY?",
                          "'OPENCTI_TOKN' is not a setting of this connector; did you mean "
                          "OPENCTI_TOKEN?"));
}

TEST(Slips, InThePrefixOfARequiredSettingAreNamed) {
  EXPECT_THAT(warnings_of({{"KASPERSKI_API_KEY", "k"}, {"OPENCIT_URL", "u"}}),
              ElementsAre(EndsWith("did you mean KASPERSKY_API_KEY?"),
                          EndsWith("did you mean OPENCTI_URL?")));
}

TEST(Slips, AreNotSeenInVariablesOfOthers) {
  EXPECT_THAT(warnings_of({{"OPENCTI_ADMIN_PASSWORD", "x"},
                           {"OPENCTI_BASE_URL", "x"},
                           {"OPENCTI_ENCRYPTION_KEY", "x"},
                           {"OPENCTI_HEALTHCHECK_ACCESS_KEY", "x"},
                           {"OPENCTI_HOST", "x"},
                           {"OPENCTI_PORT", "tcp://10.0.0.1:80"},
                           {"OPENAI_TOKEN", "x"},
                           {"API_KEY", "x"},
                           {"PATH", "/bin"}}),
              IsEmpty());
}

TEST(Slips, AreGuessedOnlyWhereANameIsNear) {
  EXPECT_THAT(warnings_of({{"KASPERSKY_ENRICHMENT_FOO", "1"}}),
              ElementsAre("'KASPERSKY_ENRICHMENT_FOO' is not a setting of this connector; "
                          "docs/configuration.md lists all"));
}

TEST(Slips, DoNotCountAsProblems) {
  auto environment = with({{"KASPERSKY_FOO", "1"}, {"CONNECTOR_WORKERS", "0"}});
  const auto problems = problems_of(environment);
  EXPECT_THAT(problems, ElementsAre(StartsWith("CONNECTOR_WORKERS is '0'")));
  EXPECT_THAT(problems.besides, ElementsAre(StartsWith("'KASPERSKY_FOO'")));
}

TEST(Slips, TheConfidenceLevelIsToldTheSameWhereverItStands) {
  constexpr auto said =
      "has no effect here: it is set for the connector's user or its group in OpenCTI";
  EXPECT_THAT(warnings_of({{"CONNECTOR_CONFIDENCE_LEVEL", "50"}}), ElementsAre(EndsWith(said)));
  EXPECT_THAT(warnings_of({}, "connector:\n  confidence_level: 50\n"), ElementsAre(EndsWith(said)));
}

TEST(Slips, InAListComeWithTheNameThatIsMeant) {
  EXPECT_THAT(
      problems_of(with({{"CONNECTOR_SCOPE", "File,IPv4,Email"}})),
      ElementsAre(HasSubstr("must not contain 'File' (did you mean StixFile?), 'IPv4' (did you "
                            "mean IPv4-Addr?), 'Email'; known are")));
  EXPECT_THAT(problems_of(with({{"KASPERSKY_IPV4_SECTIONS", "whois"}})),
              ElementsAre(HasSubstr("did you mean IpWhoIs?")));
}

TEST(Slips, InATableAreAllNamedAtOnce) {
  EXPECT_THAT(problems_of(with({{"KASPERSKY_ZONE_OCTI_SCORE_MAPPING", "red:high,blue:3,grey"}})),
              ElementsAre(AllOf(HasSubstr("must give red a whole number from 0 to 100; and name "
                                          "only the zones red, orange, yellow, gray and green"),
                                HasSubstr("such as red:100,orange:80"))));
  EXPECT_THAT(problems_of(with({{"KASPERSKY_CACHE_TTL", "red:1w,blue:1h"}})),
              ElementsAre(AllOf(HasSubstr("give red a time"), HasSubstr("name only default"))));
}

TEST(Slips, InTheFormOfATableComeWithAnExample) {
  EXPECT_THAT(problems_of(with({{"KASPERSKY_CACHE_TTL", "1day"}})),
              ElementsAre(HasSubstr("such as default:24h,red:12h")));
}

TEST(Slips, AMissingSecretIsNamedWithTheFormThatNamesAFile) {
  EXPECT_THAT(problems_of({{"OPENCTI_URL", "http://octi"}}),
              ElementsAre(EndsWith("or OPENCTI_TOKEN_FILE to a file with it"),
                          EndsWith("or KASPERSKY_API_KEY_FILE to a file with it")));
}

}  // namespace
}  // namespace settings
