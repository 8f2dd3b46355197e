// The advice for a name or a value that is nearly right.
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
  return loaded(with(more), yaml).warnings;
}

TEST(MisspelledSettings, InVariablesOfThePlatformAreNamed) {
  EXPECT_THAT(warnings_of({{"OPENCTI_TOKN", "t"}, {"OPENCTI_SSL_VERFIY", "true"}}),
              ElementsAre("'OPENCTI_SSL_VERFIY' is not a setting of this connector; did you mean "
                          "OPENCTI_SSL_VERIFY?",
                          "'OPENCTI_TOKN' is not a setting of this connector; did you mean "
                          "OPENCTI_TOKEN?"));
}

TEST(MisspelledSettings, InThePrefixOfARequiredSettingAreNamed) {
  EXPECT_THAT(warnings_of({{"KASPERSKI_API_KEY", "k"}, {"OPENCIT_URL", "u"}}),
              ElementsAre(EndsWith("did you mean KASPERSKY_API_KEY?"),
                          EndsWith("did you mean OPENCTI_URL?")));
}

TEST(MisspelledSettings, AreNotSeenInVariablesOfOthers) {
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

TEST(MisspelledSettings, AreGuessedOnlyWhereANameIsNear) {
  EXPECT_THAT(warnings_of({{"KASPERSKY_ENRICHMENT_FOO", "1"}}),
              ElementsAre("'KASPERSKY_ENRICHMENT_FOO' is not a setting of this connector; "
                          "docs/configuration.md lists all"));
}

TEST(MisspelledSettings, DoNotCountAsProblems) {
  auto environment = with({{"KASPERSKY_FOO", "1"}, {"CONNECTOR_WORKERS", "0"}});
  const auto problems = problems_of(environment);
  EXPECT_THAT(problems, ElementsAre(StartsWith("CONNECTOR_WORKERS is '0'")));
  EXPECT_THAT(problems.warnings, ElementsAre(StartsWith("'KASPERSKY_FOO'")));
}

TEST(MisspelledSettings, TheConfidenceLevelIsReportedAlikeInEverySource) {
  constexpr auto said =
      "has no effect here: it is set for the connector's user or its group in OpenCTI";
  EXPECT_THAT(warnings_of({{"CONNECTOR_CONFIDENCE_LEVEL", "50"}}), ElementsAre(EndsWith(said)));
  EXPECT_THAT(warnings_of({}, "connector:\n  confidence_level: 50\n"), ElementsAre(EndsWith(said)));
}

TEST(MisspelledSettings, InAListComeWithTheNameThatIsMeant) {
  EXPECT_THAT(
      problems_of(with({{"CONNECTOR_SCOPE", "File,IPv4,Email"}})),
      ElementsAre(HasSubstr("must not contain 'File' (did you mean StixFile?), 'IPv4' (did you "
                            "mean IPv4-Addr?), 'Email'; allowed are")));
  EXPECT_THAT(problems_of(with({{"KASPERSKY_IPV4_SECTIONS", "whois"}})),
              ElementsAre(HasSubstr("did you mean IpWhoIs?")));
}

TEST(MisspelledSettings, InATableAreAllNamedAtOnce) {
  EXPECT_THAT(
      problems_of(with({{"KASPERSKY_ZONE_OCTI_SCORE_MAPPING", "red:high,blue:3,grey"}})),
      ElementsAre(AllOf(HasSubstr("must have a whole number from 0 to 100 for red; and name "
                                  "only the zones red, orange, yellow, gray and green"),
                        HasSubstr("such as red:100,orange:80"))));
  EXPECT_THAT(problems_of(with({{"KASPERSKY_CACHE_TTL", "red:1w,blue:1h"}})),
              ElementsAre(AllOf(HasSubstr("have a time for red"), HasSubstr("name only default"))));
}

TEST(MisspelledSettings, InTheFormOfATableComeWithAnExample) {
  EXPECT_THAT(problems_of(with({{"KASPERSKY_CACHE_TTL", "1day"}})),
              ElementsAre(HasSubstr("such as default:24h,red:12h")));
}

TEST(MisspelledSettings, AMissingSecretIsNamedWithTheFormThatNamesAFile) {
  EXPECT_THAT(problems_of({{"OPENCTI_URL", "http://octi"}}),
              ElementsAre(EndsWith("or OPENCTI_TOKEN_FILE to a file with it"),
                          EndsWith("or KASPERSKY_API_KEY_FILE to a file with it")));
}

}  // namespace
}  // namespace settings
