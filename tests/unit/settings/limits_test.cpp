// The limit on what is sent to Kaspersky, under both of its names, and names of limits that would
// have no effect.
#include <gmock/gmock.h>

#include "configuration/known_names.hpp"
#include "settings/naming.hpp"
#include "unit/settings/fixture.hpp"

namespace settings {
namespace {

using stix::Tlp;
using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::StartsWith;

struct Ceiling {
  Tlp tlp = Tlp::red;
  std::vector<std::string> warnings;
};

Ceiling ceiling(const Environment& more, const std::optional<std::string>& yaml = std::nullopt) {
  auto result = load(with(more), yaml, FakeFiles());
  EXPECT_TRUE(result) << (result ? "" : result.error().front());
  if (!result) return {};
  return {result->settings.connector.max_tlp, std::move(result->warnings)};
}

TEST(MaxTlp, IsAmberUnlessSomethingElseIsSet) {
  EXPECT_EQ(ceiling({}).tlp, Tlp::amber);
  EXPECT_THAT(ceiling({}).warnings, IsEmpty());
}

TEST(MaxTlp, IsReadInAnyCaseWithOrWithoutItsPrefix) {
  for (const auto* text : {"TLP:GREEN", "tlp:green", "green", "Green", " GREEN "}) {
    EXPECT_EQ(ceiling({{"CONNECTOR_MAX_TLP", text}}).tlp, Tlp::green) << text;
  }
  EXPECT_EQ(ceiling({{"CONNECTOR_MAX_TLP", "amber+strict"}}).tlp, Tlp::amber_strict);
  EXPECT_EQ(ceiling({}, "connector:\n  max_tlp: clear\n").tlp, Tlp::clear);
  EXPECT_THAT(problems_with({{"CONNECTOR_MAX_TLP", "pink"}}),
              ElementsAre(StartsWith("CONNECTOR_MAX_TLP is 'pink'; it must be one of TLP:CLEAR")));
}

TEST(MaxTlp, StillHasItsOlderNameWithAWarning) {
  const auto variable = ceiling({{"KASPERSKY_MAX_TLP", "red"}});
  EXPECT_EQ(variable.tlp, Tlp::red);
  EXPECT_THAT(variable.warnings, ElementsAre("KASPERSKY_MAX_TLP is called CONNECTOR_MAX_TLP now"));
  EXPECT_EQ(ceiling({{"KASPERSKY_ENRICHMENT_MAX_TLP", "red"}}).tlp, Tlp::red);
  EXPECT_EQ(ceiling({}, "kaspersky:\n  max_tlp: GREEN\n").tlp, Tlp::green);
}

TEST(MaxTlp, OfBothNamesTheStricterCountsAndAWarningSaysSo) {
  const Environment both[] = {
      {{"CONNECTOR_MAX_TLP", "GREEN"}, {"KASPERSKY_MAX_TLP", "RED"}},
      {{"CONNECTOR_MAX_TLP", "RED"}, {"KASPERSKY_MAX_TLP", "GREEN"}},
      {{"CONNECTOR_MAX_TLP", "RED"}, {"KASPERSKY_ENRICHMENT_MAX_TLP", "GREEN"}},
  };
  for (const auto& environment : both) {
    const auto found = ceiling(environment);
    EXPECT_EQ(found.tlp, Tlp::green);
    EXPECT_THAT(found.warnings,
                ElementsAre(HasSubstr("both are set: the stricter applies, TLP:GREEN")));
  }
}

TEST(MaxTlp, OfBothNamesTheStricterCountsInAnySource) {
  EXPECT_EQ(ceiling({{"CONNECTOR_MAX_TLP", "RED"}}, "kaspersky:\n  max_tlp: GREEN\n").tlp,
            Tlp::green);
  EXPECT_EQ(ceiling({{"KASPERSKY_MAX_TLP", "RED"}}, "connector:\n  max_tlp: GREEN\n").tlp,
            Tlp::green);
  EXPECT_EQ(ceiling({}, "connector:\n  max_tlp: RED\nkaspersky:\n  max_tlp: CLEAR\n").tlp,
            Tlp::clear);
}

TEST(MaxTlp, OneThatCannotBeReadIsAProblemUnderEitherName) {
  EXPECT_THAT(problems_with({{"CONNECTOR_MAX_TLP", "GREEN"}, {"KASPERSKY_MAX_TLP", "pink"}}),
              ElementsAre(StartsWith("KASPERSKY_MAX_TLP is 'pink'")));
  EXPECT_THAT(problems_with({{"CONNECTOR_MAX_TLP", "pink"}, {"KASPERSKY_MAX_TLP", "GREEN"}}),
              ElementsAre(StartsWith("CONNECTOR_MAX_TLP is 'pink'")));
}

TEST(MaxTlp, IsShownWithTheNameThatGaveIt) {
  const Sources sources{.environment = {{"CONNECTOR_MAX_TLP", "RED"}},
                        .config_yml = "kaspersky:\n  max_tlp: GREEN\n"};
  std::vector<EffectiveSetting> shown;
  for (auto& one : configuration::effective_settings(table(), sources, FakeFiles())) {
    if (one.row->name == "CONNECTOR_MAX_TLP") shown.push_back(std::move(one));
  }
  ASSERT_EQ(shown.size(), 1U);
  EXPECT_EQ(shown[0].value, "GREEN");
  EXPECT_EQ(shown[0].source, "config.yml, line 2: kaspersky.max_tlp");
}

TEST(UnknownLimits, StopTheStart) {
  for (const auto* name :
       {"CONNECTOR_MAX_CLASSIFICATION", "CONNECTOR_ALLOWED_MARKINGS", "KASPERSKY_MAXTLP",
        "KASPERSKY_TLP", "CONNECTOR_INPUT_PAP", "KASPERSKY_ENRICHMENT_MARKING_LIMIT",
        "CONECTOR_MAX_TLP", "KASPERKSY_MAX_TLP"}) {
    EXPECT_THAT(problems_with({{name, "x"}}),
                ElementsAre(AllOf(HasSubstr(name),
                                  HasSubstr("looks like a limit on what may be "
                                            "sent to Kaspersky"),
                                  HasSubstr("CONNECTOR_MAX_TLP"))))
        << name;
  }
}

TEST(UnknownLimits, InAFileStopTheStart) {
  EXPECT_THAT(problems_with({}, "connector:\n  max_marking: TLP:GREEN\n"),
              ElementsAre(StartsWith("config.yml, line 2: 'connector.max_marking' looks like a "
                                     "limit")));
  EXPECT_THAT(problems_with({}, "kasperski:\n  max_tlp: TLP:GREEN\n"),
              ElementsAre(HasSubstr("'kasperski.max_tlp' looks like a limit")));
}

TEST(UnknownLimits, InAFileStopTheStartAtAnyPlace) {
  for (const auto* yaml :
       {"max_tlp: TLP:CLEAR\n", "kaspersky_enrichment:\n  max_tlp: TLP:CLEAR\n",
        "connector:\n  limits:\n    max_tlp: TLP:CLEAR\n",
        "connector:\n  limits:\n    of: [1, 2]\n    more: {max_tlp: TLP:CLEAR}\n"}) {
    EXPECT_THAT(problems_with({}, yaml), testing::Contains(HasSubstr("looks like a limit")))
        << yaml;
  }
}

TEST(MaxTlp, OfItsTwoPrefixesTheStricterCounts) {
  const Environment looser_long{{"KASPERSKY_MAX_TLP", "green"},
                                {"KASPERSKY_ENRICHMENT_MAX_TLP", "red"}};
  const Environment looser_short{{"KASPERSKY_MAX_TLP", "red"},
                                 {"KASPERSKY_ENRICHMENT_MAX_TLP", "green"}};
  EXPECT_EQ(ceiling(looser_long).tlp, Tlp::green);
  EXPECT_EQ(ceiling(looser_short).tlp, Tlp::green);
}

TEST(UnknownLimits, OfOtherProgramsDoNotConcernUs) {
  for (const auto* name : {"VIRUSTOTAL_MAX_TLP", "CENSYS_MAX_TLP", "CONNECTOR_TLP_SERVICE_HOST",
                           "CONNECTOR_TLP_PORT_80_TCP", "NEWSPAPER", "MAX_TLP"}) {
    EXPECT_THAT(problems_with({{name, "x"}}), IsEmpty()) << name;
  }
  EXPECT_THAT(problems_with({}, "virustotal:\n  max_tlp: TLP:GREEN\n"), IsEmpty());
}

// The variables of pycti 7.260318, and those added later (see client-python and connectors-sdk of
// OpenCTI).
TEST(KnownNames, HoldEveryVariableThatTheHelperOfConnectorsInPythonReads) {
  const configuration::KnownNames known(table());
  for (const std::string name : {"CONNECTOR_AUTO",
                                 "CONNECTOR_AUTO_CREATE_SERVICE_ACCOUNT",
                                 "CONNECTOR_AUTO_CREATE_SERVICE_ACCOUNT_CONFIDENCE_LEVEL",
                                 "CONNECTOR_AUTO_UPDATE",
                                 "CONNECTOR_CONFIDENCE_LEVEL",
                                 "CONNECTOR_DURATION_PERIOD",
                                 "CONNECTOR_ENRICHMENT_RESOLUTION",
                                 "CONNECTOR_EXPOSE_METRICS",
                                 "CONNECTOR_ID",
                                 "CONNECTOR_LISTEN_PROTOCOL",
                                 "CONNECTOR_LISTEN_PROTOCOL_API_PATH",
                                 "CONNECTOR_LISTEN_PROTOCOL_API_PORT",
                                 "CONNECTOR_LISTEN_PROTOCOL_API_SSL",
                                 "CONNECTOR_LISTEN_PROTOCOL_API_URI",
                                 "CONNECTOR_LIVE_STREAM_ID",
                                 "CONNECTOR_LIVE_STREAM_LISTEN_DELETE",
                                 "CONNECTOR_LIVE_STREAM_NO_DEPENDENCIES",
                                 "CONNECTOR_LIVE_STREAM_RECOVER_ISO_DATE",
                                 "CONNECTOR_LIVE_STREAM_START_TIMESTAMP",
                                 "CONNECTOR_LIVE_STREAM_WITH_INFERENCES",
                                 "CONNECTOR_LOG_LEVEL",
                                 "CONNECTOR_MAX_TLP",
                                 "CONNECTOR_METRICS_NAMESPACE",
                                 "CONNECTOR_METRICS_PORT",
                                 "CONNECTOR_METRICS_SUBSYSTEM",
                                 "CONNECTOR_NAME",
                                 "CONNECTOR_ONLY_CONTEXTUAL",
                                 "CONNECTOR_QUEUE_PROTOCOL",
                                 "CONNECTOR_QUEUE_THRESHOLD",
                                 "CONNECTOR_RUN_AND_TERMINATE",
                                 "CONNECTOR_SCOPE",
                                 "CONNECTOR_SEND_TO_DIRECTORY",
                                 "CONNECTOR_SEND_TO_DIRECTORY_PATH",
                                 "CONNECTOR_SEND_TO_DIRECTORY_RETENTION",
                                 "CONNECTOR_SEND_TO_QUEUE",
                                 "CONNECTOR_SEND_TO_S3",
                                 "CONNECTOR_SEND_TO_S3_BUCKET",
                                 "CONNECTOR_SEND_TO_S3_FOLDER",
                                 "CONNECTOR_SEND_TO_S3_RETENTION",
                                 "CONNECTOR_TYPE",
                                 "CONNECTOR_UPDATE_EXISTING_DATA",
                                 "CONNECTOR_VALIDATE_BEFORE_IMPORT",
                                 "CONNECTOR_XTM_ONE_INTENT"}) {
    const auto warnings = known.others_in({{name, "x"}}, {}).warnings;
    const bool supported = known.is_path(table().config_path(name));
    EXPECT_NE(supported, why_without_effect(name).has_value()) << name;
    EXPECT_EQ(warnings.empty(), supported) << name;
  }
}

TEST(ForeignSections, AreAWarningWithAnyContent) {
  const auto found = ceiling({}, R"(x-common: &common
  a: 1
connector:
  max_tlp: GREEN
  schedule: {every: {days: 1}}
  tags: [[a], {b: c}]
virustotal:
  token: !secret x
  lists: [[1], {a: 2}]
  same: *common
  same: again
misp: some text
feeds: [a, b]
)");
  EXPECT_EQ(found.tlp, Tlp::green);
  EXPECT_THAT(
      found.warnings,
      ElementsAre(HasSubstr("'connector.schedule' is not"), HasSubstr("'connector.tags' is not"),
                  HasSubstr("'feeds' is not"), HasSubstr("'misp' is not"),
                  HasSubstr("'virustotal' is not"), HasSubstr("'x-common' is not")));
}

TEST(ForeignSections, BringNothingIntoOursUnseen) {
  EXPECT_THAT(problems_with({}, "x: &x\n  max_tlp: RED\nconnector:\n  <<: *x\n"),
              ElementsAre(HasSubstr("line 4: aliases")));
  EXPECT_THAT(problems_with({}, "x: &x\n  connector: {max_tlp: RED}\n<<: *x\n"),
              testing::Contains(HasSubstr("line 3: aliases")));
  EXPECT_THAT(problems_with({}, "x: &x RED\nconnector:\n  max_tlp: *x\n"),
              ElementsAre(HasSubstr("line 3: aliases")));
}

}  // namespace
}  // namespace settings
