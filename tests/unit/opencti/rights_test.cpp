#include "opencti/client/rights.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>

#include "opencti/client/sharing.hpp"
#include "support/files.hpp"
#include "support/http_server.hpp"
#include "support/log_lines.hpp"

namespace opencti {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

std::vector<std::string_view> names_of(const std::vector<NeededRight>& rights) {
  std::vector<std::string_view> names;
  for (const auto& right : rights) names.push_back(right.capability);
  return names;
}

/// A user with the rights that the stock role Connector has in 7.260318.
TokenUser connector() {
  return {.name = "connector",
          .capabilities = {"APIACCESS_USETOKEN", "KNOWLEDGE_KNUPDATE_KNDELETE",
                           "KNOWLEDGE_KNUPDATE_KNBYPASSFIELDS", "KNOWLEDGE_KNASKIMPORT",
                           "CONNECTORAPI", "KNOWLEDGE_KNUPDATE_KNBYPASSREFERENCE",
                           "MODULES_MODMANAGE", "SETTINGS_SETLABELS"}};
}

TEST(Rights, ANarrowerOneIncludesThoseThatItIsNamedAfter) {
  const auto user = connector();
  for (const auto* right : {"KNOWLEDGE", "KNOWLEDGE_KNUPDATE", "MODULES", "CONNECTORAPI"}) {
    EXPECT_TRUE(user.may(right)) << right;
  }
  EXPECT_FALSE(user.may("KNOWLEDGE_KNUPDATE_KNORGARESTRICT"));
  EXPECT_TRUE(TokenUser{.capabilities = {"BYPASS"}}.may("KNOWLEDGE_KNUPDATE_KNORGARESTRICT"));
}

TEST(Rights, ToBypassFieldsIsNotToBypassMarkings) {
  auto user = connector();
  user.markings = {"TLP:GREEN"};
  EXPECT_FALSE(user.bypasses());
  EXPECT_EQ(user.max_tlp(), stix::Tlp::green);
  user.capabilities.emplace_back("BYPASS");
  EXPECT_EQ(user.max_tlp(), stix::Tlp::red);
}

TEST(Rights, TheStockRoleLacksSharingAlone) {
  EXPECT_THAT(names_of(connector().lacking({needed::all.begin(), needed::all.end()})),
              ElementsAre(needed::sharing.capability));
  for (const auto& right : needed::all) {
    EXPECT_EQ(right.stock, connector().may(right.capability)) << right.capability;
  }
}

TEST(Rights, MatterWhereUseIsMadeOfThem) {
  const auto names = [](const UseOfRights& use) { return names_of(rights_for(use)); };
  EXPECT_THAT(names({}), testing::Not(testing::Contains(needed::import.capability)));
  EXPECT_THAT(names({.workbenches = true}), testing::Contains(needed::import.capability));
  EXPECT_THAT(names({.labels = false}), testing::Not(testing::Contains(needed::labels.capability)));
  EXPECT_THAT(names({.organisations = true}), testing::Contains(needed::sharing.capability));
}

TEST(Rights, EachSaysItsPurposeAndTheLossWithoutIt) {
  for (const auto& right : needed::all) {
    EXPECT_FALSE(right.label.empty() || right.purpose.empty() || right.without.empty())
        << right.capability;
  }
}

// docs/install.md has a row for each right, with the same words.
TEST(Rights, AreInTheDocument) {
  const auto text = support::text_of(SOURCE_DIR "/docs/install.md");
  for (const auto& right : needed::all) {
    const auto row = fmt::format("| `{}` | {} | {} | {} | {} | {} |", right.capability, right.label,
                                 right.need == Need::necessary ? "necessary" : "useful",
                                 right.purpose, right.without, right.stock ? "yes" : "no");
    EXPECT_THAT(text, HasSubstr(row));
  }
}

Result<TokenUser> asked(const std::function<support::HttpReply(const std::string&)>& answer) {
  const support::HttpServer server(
      [&](const support::HttpRequest& request) { return answer(request.body); });
  const GraphqlClient client({.url = server.url(), .token = "t", .custom_headers = {}, .http = {}});
  return read_own_user(client, net::Deadline::after(std::chrono::seconds(10)));
}

TEST(OwnUser, IsReadWithMarkingsConfidenceAndOrganisation) {
  const auto user = asked([](const std::string&) {
    return support::HttpReply{
        .body = R"({"data":{"me":{"name":"n","capabilities":[{"name":"KNOWLEDGE"}],
        "allowed_marking":[{"definition":"TLP:GREEN"},{"definition":"PAP:RED"},{"definition":"TLP:AMBER"}],
        "effective_confidence_level":{"max_confidence":50,"overrides":[{"entity_type":"Url","max_confidence":80}]}},
        "settings":{"platform_organization":{"name":"Us"}}}})"};
  });
  ASSERT_TRUE(user);
  EXPECT_EQ(user->max_tlp(), stix::Tlp::amber);
  EXPECT_EQ(user->confidence_for("StixFile"), 50);
  EXPECT_EQ(user->confidence_for("Url"), 80);
  EXPECT_EQ(user->platform_organisation, "Us");
}

TEST(OwnUser, OfAnOlderPlatformIsReadWithoutThem) {
  const auto user = asked([](const std::string& body) {
    if (body.find("ReadMeRights") == std::string::npos) {
      return support::HttpReply{
          .body =
              R"({"errors":[{"message":"no","name":"GRAPHQL_VALIDATION_FAILED","extensions":{"code":"GRAPHQL_VALIDATION_FAILED"}}]})"};
    }
    return support::HttpReply{
        .body = R"({"data":{"me":{"name":"n","capabilities":[{"name":"CONNECTORAPI"}]}}})"};
  });
  ASSERT_TRUE(user);
  EXPECT_TRUE(user->may("CONNECTORAPI"));
  EXPECT_FALSE(user->markings || user->max_confidence);
  EXPECT_EQ(user->max_tlp(), std::nullopt);
}

TEST(SharingWatch, SaysOnceThatTheRightIsMissingWhenSomethingIsShared) {
  support::LogLines lines;
  SharingWatch watch;
  watch.shared(lines.log());
  EXPECT_EQ(lines.count("WARNING", "Results of shared objects"), 0)
      << "the rights are not known yet";
  watch.use(connector());
  for (int i = 0; i < 3; ++i) watch.shared(lines.log());
  EXPECT_EQ(lines.count("WARNING", "Results of shared objects"), 1) << lines.all();
  auto sharing = connector();
  sharing.capabilities.emplace_back("KNOWLEDGE_KNUPDATE_KNORGARESTRICT");
  watch.use(sharing);
  watch.shared(lines.log());
  EXPECT_EQ(lines.count("WARNING", "Results of shared objects"), 1);
}

}  // namespace
}  // namespace opencti
