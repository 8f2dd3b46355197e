#include "commands/user_report.hpp"

#include <gmock/gmock.h>

namespace commands {
namespace {

using State = CheckResult::State;
using testing::AllOf;
using testing::HasSubstr;

opencti::TokenUser connector() {
  return {.name = "[C] Kaspersky",
          .capabilities = {"APIACCESS_USETOKEN", "KNOWLEDGE_KNUPDATE_KNBYPASSFIELDS",
                           "CONNECTORAPI", "KNOWLEDGE_KNUPDATE_KNBYPASSREFERENCE",
                           "MODULES_MODMANAGE", "SETTINGS_SETLABELS"},
          .markings = std::vector<std::string>{"TLP:CLEAR", "TLP:AMBER", "TLP:RED", "PAP:RED"},
          .max_confidence = 100};
}

const source::Product product{.prefix = "KASPERSKY_", .makes_labels = [] { return true; }};

std::vector<CheckLine> report(const opencti::TokenUser& user,
                              const settings::Settings& settings = {}) {
  return user_report(product, settings, user);
}

const CheckResult& line(const std::vector<CheckLine>& lines, std::string_view name,
                        std::string_view text = "") {
  for (const auto& found : lines) {
    if (found.name == name && found.result.text.find(text) != std::string::npos) {
      return found.result;
    }
  }
  static const CheckResult none{State::skipped, "there is no such line"};
  return none;
}

TEST(UserReport, OfTheStockRoleIsAllWell) {
  for (const auto& [name, result] : report(connector())) {
    EXPECT_EQ(result.state, State::ok) << name << ": " << result.text;
  }
}

TEST(UserReport, ANecessaryRightThatIsMissingIsAFailureWithTheRoleToGive) {
  auto user = connector();
  std::erase(user.capabilities, "CONNECTORAPI");
  const auto lines = report(user);
  const auto& found = line(lines, "right", "CONNECTORAPI");
  EXPECT_EQ(found.state, State::failed);
  EXPECT_THAT(found.text, AllOf(HasSubstr("necessary"), HasSubstr("gets no request"),
                                HasSubstr("give the user the role Connector")));
}

TEST(UserReport, AUsefulRightThatIsMissingIsAWarningWithTheLostFunction) {
  auto user = connector();
  std::erase(user.capabilities, "SETTINGS_SETLABELS");
  std::erase(user.capabilities, "MODULES_MODMANAGE");
  const auto lines = report(user);
  EXPECT_EQ(line(lines, "right", "SETTINGS_SETLABELS").state, State::warning);
  EXPECT_THAT(line(lines, "right", "SETTINGS_SETLABELS").text,
              HasSubstr("labels that the platform does not have yet are omitted"));
  EXPECT_EQ(line(lines, "right", "MODULES").state, State::warning);
}

TEST(UserReport, SharingMattersWhereThereIsAPlatformOrganisation) {
  auto user = connector();
  EXPECT_THAT(line(report(user), "right", "KNORGARESTRICT").text, HasSubstr("no such line"));
  user.platform_organisation = "Us";
  EXPECT_EQ(line(report(user), "right", "KNORGARESTRICT").state, State::warning);
  EXPECT_EQ(line(report(user), "sharing", "Us").state, State::warning);
  user.capabilities.emplace_back("KNOWLEDGE_KNUPDATE_KNORGARESTRICT");
  EXPECT_EQ(line(report(user), "sharing", "Us").state, State::ok);
}

TEST(UserReport, MarkingsThatTheUserMayNotSeeAreAWarning) {
  auto user = connector();
  EXPECT_THAT(line(report(user), "markings").text, HasSubstr("up to TLP:RED"));
  user.markings = {"TLP:CLEAR", "TLP:GREEN", "PAP:RED"};
  const auto lines = report(user);
  EXPECT_EQ(line(lines, "markings").state, State::warning);
  EXPECT_THAT(
      line(lines, "markings").text,
      AllOf(HasSubstr("may see up to TLP:GREEN"), HasSubstr("CONNECTOR_MAX_TLP is TLP:AMBER"),
            HasSubstr("newer platforms send no automatic requests")));
  settings::Settings green;
  green.connector.max_tlp = stix::Tlp::green;
  EXPECT_EQ(line(report(user, green), "markings").state, State::ok);
  user.markings.reset();
  EXPECT_EQ(line(report(user), "markings").state, State::skipped);
}

TEST(UserReport, AlsoPapMarkingsThatTheUserMayNotSee) {
  auto user = connector();
  EXPECT_THAT(line(report(user), "markings").text,
              HasSubstr("may see up to PAP:RED, which covers KASPERSKY_MAX_PAP (PAP:AMBER)"));
  user.markings = {"TLP:RED", "PAP:GREEN"};
  EXPECT_EQ(line(report(user), "markings").state, State::warning);
  EXPECT_THAT(line(report(user), "markings").text,
              HasSubstr("may see up to PAP:GREEN, and KASPERSKY_MAX_PAP is PAP:AMBER"));
  user.markings = {"TLP:RED"};
  EXPECT_EQ(line(report(user), "markings").state, State::ok) << "many platforms use no PAP";
  EXPECT_THAT(line(report(user), "markings").text, HasSubstr("only objects without a PAP"));
}

TEST(UserReport, SaysWhatTheConfidenceMeans) {
  auto user = connector();
  EXPECT_THAT(line(report(user), "confidence").text, HasSubstr("overwrites"));
  user.max_confidence = 50;
  user.max_confidence_of = {{"Url", 80}};
  EXPECT_THAT(line(report(user), "confidence").text,
              AllOf(HasSubstr("50, 80 for Url"), HasSubstr("keeps its score")));
}

TEST(PlatformFeatures, SayHowThePlatformTreatsWorks) {
  EXPECT_THAT(works_line("7.260318.0").result.text, HasSubstr("publishes results in order"));
  EXPECT_THAT(works_line("7.261109.0").result.text, HasSubstr("drops no results of closed works"));
}

TEST(PlatformFeatures, AreAFailureWhereResultsMustWaitInADraftAndThereAreNone) {
  EXPECT_EQ(drafts_line(true).result.state, State::ok);
  EXPECT_EQ(drafts_line(false).result.state, State::failed);
  EXPECT_THAT(drafts_line(false).result.text, HasSubstr("CONNECTOR_VALIDATION_MODE=workbench"));
}

}  // namespace
}  // namespace commands
