#include "opencti/client/platform.hpp"

#include <gmock/gmock.h>

#include "stix/ids.hpp"
#include "unit/opencti/scripted.hpp"

namespace opencti {
namespace {

using namespace std::chrono_literals;
using nlohmann::json;

using support::in_order;

TEST(Platform, ARequestHasTokenDraftAndCustomHeaders) {
  Scripted scripted(in_order({Scripted::data({{"isWorkAlive", true}})}));
  ASSERT_TRUE(scripted.client.send_once("query { isWorkAlive }", {{"id", 1}}, DraftId("draft-7"),
                                        scripted.deadline));
  const auto request = scripted.server.requests().at(0);
  EXPECT_EQ(request.line, "POST /base/graphql HTTP/1.1");
  EXPECT_EQ(request.header("Authorization"), "Bearer the-token");
  EXPECT_EQ(request.header("opencti-draft-id"), "draft-7");
  EXPECT_EQ(request.header("X-Team"), "blue");
  EXPECT_EQ(request.header("Accept"), "custom");
  EXPECT_EQ(json::parse(request.body),
            (json{{"query", "query { isWorkAlive }"}, {"variables", {{"id", 1}}}}));
}

TEST(Platform, AnInternalErrorOfThePlatformIsTriedThreeTimes) {
  Scripted scripted([](const auto&) { return Scripted::error("INTERNAL_SERVER_ERROR"); });
  const auto entity = scripted.platform.read_entity(EntityId("file--1"), {}, {}, scripted.deadline);
  ASSERT_FALSE(entity);
  EXPECT_EQ(entity.error().kind, ErrorKind::internal);
  EXPECT_EQ(scripted.server.requests().size(), 3U);
}

TEST(Platform, AnOpeningThatThePlatformItselfFailsOnIsTriedThreeTimes) {
  int openings = 0;
  Scripted scripted([&](const auto& request) {
    if (request.body.find("\"expectations\"") == std::string::npos) {
      return Scripted::data({{"work", nullptr}});
    }
    ++openings;
    return Scripted::error("INTERNAL_SERVER_ERROR");
  });
  const auto opened =
      scripted.platform.open_work(WorkId("work_1"), {.expectations = 3}, scripted.deadline);
  ASSERT_FALSE(opened);
  EXPECT_EQ(opened.error().kind, ErrorKind::internal);
  EXPECT_EQ(openings, 3);
}

TEST(Platform, TheDraftHeaderIsSentEmptyOutsideDrafts) {
  Scripted scripted(in_order({Scripted::data({{"isWorkAlive", true}})}));
  ASSERT_TRUE(scripted.platform.work_alive(WorkId("work_1"), scripted.deadline));
  EXPECT_EQ(scripted.server.requests().at(0).header("opencti-draft-id"), "");
}

TEST(Platform, AnEntityIsReadWithMarkingsAndForm) {
  Scripted scripted(in_order({Scripted::data(
      {{"stixCoreObject",
        {{"id", "x"},
         {"standard_id", "file--1"},
         {"entity_type", "StixFile"},
         {"objectMarking",
          {{{"standard_id", "m"}, {"definition_type", "TLP"}, {"definition", "TLP:RED"}}}},
         {"toStix", R"({"id":"file--1","type":"file"})"}}}})}));
  const auto entity = scripted.platform.read_entity(EntityId("file--1"), {}, {}, scripted.deadline);
  ASSERT_TRUE(entity) << entity.error().message;
  EXPECT_EQ(entity->entity_type, "StixFile");
  ASSERT_EQ(entity->markings.size(), 1U);
  EXPECT_EQ(entity->markings[0].definition, "TLP:RED");
  EXPECT_EQ(entity->stix["type"], "file");
}

TEST(Platform, NoEntityAndAHiddenOneAreTheSameError) {
  Scripted scripted(in_order({Scripted::data({{"stixCoreObject", nullptr}})}));
  EXPECT_EQ(
      scripted.platform.read_entity(EntityId("file--1"), {}, {}, scripted.deadline).error().kind,
      ErrorKind::no_entity);
}

const json some_file{{"stixCoreObject", {{"standard_id", "file--1"}, {"entity_type", "StixFile"}}}};

TEST(Platform, TheUserOfTheWorkIsReadWithTheEntity) {
  auto data = some_file;
  data["work"] = {{"id", "work_1"}, {"user", {{"id", "u1"}}}};
  Scripted scripted(in_order({Scripted::data(data)}));
  const auto entity =
      scripted.platform.read_entity(EntityId("file--1"), {}, WorkId("work_1"), scripted.deadline);
  ASSERT_TRUE(entity);
  EXPECT_EQ(entity->caused_by, "u1");
  EXPECT_EQ(scripted.variables(0), (json{{"id", "file--1"}, {"work", "work_1"}}));
}

TEST(Platform, ADeletedWorkHasNoUser) {
  auto data = some_file;
  data["work"] = nullptr;
  Scripted scripted(in_order({Scripted::data(data)}));
  const auto entity =
      scripted.platform.read_entity(EntityId("file--1"), {}, WorkId("work_1"), scripted.deadline);
  ASSERT_TRUE(entity);
  EXPECT_EQ(entity->caused_by, "");
}

TEST(Platform, APlatformWithoutTheUserIsAskedOnce) {
  Scripted scripted(in_order({Scripted::error("GRAPHQL_VALIDATION_FAILED"),
                              Scripted::data(some_file), Scripted::data(some_file)}));
  ASSERT_TRUE(
      scripted.platform.read_entity(EntityId("file--1"), {}, WorkId("work_1"), scripted.deadline));
  ASSERT_TRUE(
      scripted.platform.read_entity(EntityId("file--1"), {}, WorkId("work_2"), scripted.deadline));
  EXPECT_EQ(scripted.server.requests().size(), 3U);
}

TEST(Platform, AWorkThatCannotBeReadDoesNotHideTheEntity) {
  Scripted scripted(
      in_order({Scripted::error("INTERNAL_SERVER_ERROR"), Scripted::data(some_file)}));
  EXPECT_TRUE(
      scripted.platform.read_entity(EntityId("file--1"), {}, WorkId("work_1"), scripted.deadline));
}

TEST(Platform, ABusyPlatformIsAskedForTheUserAgain) {
  auto data = some_file;
  data["work"] = {{"user", {{"id", "u1"}}}};
  Scripted scripted(in_order({Scripted::error("LOCK_ERROR"), Scripted::data(data)}));
  const auto entity =
      scripted.platform.read_entity(EntityId("file--1"), {}, WorkId("work_1"), scripted.deadline);
  ASSERT_TRUE(entity);
  EXPECT_EQ(entity->caused_by, "u1");
}

TEST(Platform, ObjectsAreFoundInOneRequestWithTheNeededFields) {
  const json file{{"standard_id", "file--1"},
                  {"entity_type", "StixFile"},
                  {"x_opencti_stix_ids", {"file--former"}},
                  {"createdBy", {{"standard_id", "identity--a"}}},
                  {"objectMarking", {{{"standard_id", "marking-definition--g"}}}},
                  {"x_opencti_score", 0},
                  {"name", "a.exe"},
                  {"x_opencti_additional_names", {"b.exe", nullptr}}};
  const json bare{{"standard_id", "url--1"}, {"createdBy", nullptr}, {"x_opencti_score", nullptr}};
  const json edges{{{"node", file}}, {{"node", bare}}, {{"node", nullptr}}};
  Scripted scripted(in_order({Scripted::data({{"stixCoreObjects", {{"edges", edges}}}})}));
  const auto found = scripted.platform.find_objects({"file--former", "url--1", "url--2"},
                                                    DraftId("draft-7"), scripted.deadline);
  ASSERT_TRUE(found) << found.error().message;
  ASSERT_EQ(found->size(), 2U);
  EXPECT_EQ(found->at(0), (stix::PresentObject{.standard_id = "file--1",
                                               .other_ids = {"file--former"},
                                               .names = {"a.exe", "b.exe"},
                                               .marking_refs = {"marking-definition--g"},
                                               .score = 0,
                                               .author_ref = "identity--a"}));
  EXPECT_EQ(found->at(1), stix::PresentObject{.standard_id = "url--1"});
  EXPECT_EQ(scripted.variables(0),
            (json{{"ids", {"file--former", "url--1", "url--2"}}, {"first", 3}}));
  EXPECT_EQ(scripted.server.requests().at(0).header("opencti-draft-id"), "draft-7");
}

TEST(Platform, CountriesAndSectorsAreKnownByTheIdsOfAllTheirNames) {
  const json edges{{{"node",
                     {{"standard_id", "location--1"},
                      {"entity_type", "Country"},
                      {"known_as", "Netherlands"},
                      {"x_opencti_aliases", {"NL"}}}}},
                   {{"node",
                     {{"standard_id", "identity--1"},
                      {"entity_type", "Sector"},
                      {"known_as", "Energy"},
                      {"x_opencti_aliases", nullptr}}}}};
  Scripted scripted(in_order({Scripted::data({{"stixCoreObjects", {{"edges", edges}}}})}));
  const std::vector countries{stix::location_id("Netherlands", "Country"),
                              stix::location_id("NL", "Country")};
  const auto sector = stix::identity_id("class", "Energy");
  const auto found =
      scripted.platform
          .find_objects({countries.at(0), countries.at(1), sector, "a"}, {}, scripted.deadline)
          .value();
  ASSERT_EQ(found.size(), 2U);
  EXPECT_EQ(found.at(0).other_ids, countries);
  EXPECT_EQ(found.at(1).other_ids, std::vector{sector});
  EXPECT_EQ(found.at(1).names, (std::vector<std::string>{"Energy"}));
}

TEST(Platform, WhetherAnObjectIsThereIsNotGuessed) {
  Scripted scripted(in_order({Scripted::error("FORBIDDEN_ACCESS"), Scripted::data({{"x", 1}})}));
  EXPECT_FALSE(scripted.platform.find_objects({"url--a"}, {}, scripted.deadline));
  EXPECT_FALSE(scripted.platform.find_objects({"url--a"}, {}, scripted.deadline));
}

TEST(Platform, TransientErrorsAreRetried) {
  Scripted scripted(in_order(
      {{.status = 502}, Scripted::error("LOCK_ERROR"), Scripted::data({{"isWorkAlive", false}})}));
  const auto alive = scripted.platform.work_alive(WorkId("work_1"), scripted.deadline);
  ASSERT_TRUE(alive) << alive.error().message;
  EXPECT_FALSE(*alive);
  EXPECT_EQ(scripted.server.requests().size(), 3U);
}

TEST(Platform, OtherErrorsAreNotRetried) {
  Scripted scripted(in_order({Scripted::error("FORBIDDEN_ACCESS")}));
  EXPECT_EQ(
      scripted.platform.close_work(WorkId("work_1"), "text", false, scripted.deadline).error().kind,
      ErrorKind::forbidden);
  EXPECT_EQ(scripted.server.requests().size(), 1U);
}

TEST(Platform, APlaybookIsAnsweredInOneTry) {
  Scripted scripted(in_order({{.status = 504}, Scripted::data({{"playbookStepExecution", true}})}));
  const auto answered = scripted.platform.answer_playbook({}, {}, {}, scripted.deadline);
  ASSERT_FALSE(answered);
  EXPECT_EQ(answered.error().kind, ErrorKind::intermediary);
  EXPECT_EQ(scripted.server.requests().size(), 1U);
}

TEST(Platform, RetryingEndsWithTheDeadline) {
  Scripted scripted(in_order({{.status = 503}}));
  const auto alive = scripted.platform.work_alive(WorkId("work_1"), net::Deadline::after(50ms));
  ASSERT_FALSE(alive);
  // The deadline may also end the last attempt.
  EXPECT_TRUE(alive.error().transient());
}

TEST(Platform, TheAnswerAboutAnotherObjectIsRejected) {
  Scripted scripted(in_order({Scripted::data(
      {{"stixCoreObject",
        {{"id", "2"}, {"standard_id", "file--2"}, {"toStix", R"({"id":"file--2"})"}}}})}));
  EXPECT_EQ(
      scripted.platform.read_entity(EntityId("file--1"), {}, {}, scripted.deadline).error().kind,
      ErrorKind::intermediary);
}

TEST(Platform, AnObjectWithoutTheRequestedStixFormIsNotTheOneThatHadTheId) {
  Scripted scripted(in_order({Scripted::data(
      {{"stixCoreObject",
        {{"id", "2"}, {"standard_id", "file--2"}, {"objectMarking", json::array()}}}})}));
  EXPECT_EQ(
      scripted.platform.read_entity(EntityId("file--1"), {}, {}, scripted.deadline).error().kind,
      ErrorKind::intermediary);
}

TEST(Platform, TheAnswerToAnotherRequestIsRejected) {
  Scripted scripted([](const auto& request) {
    const bool playbook = request.body.find("playbookStepExecution") != std::string::npos;
    return playbook ? Scripted::data({{"isWorkAlive", true}})
                    : Scripted::data({{"workEdit", {{"toProcessed", "work_2"}}}});
  });
  EXPECT_EQ(
      scripted.platform.close_work(WorkId("work_1"), "done", false, scripted.deadline).error().kind,
      ErrorKind::intermediary);
  EXPECT_EQ(scripted.platform.answer_playbook({}, {}, {}, scripted.deadline).error().kind,
            ErrorKind::intermediary);
}

TEST(Platform, AnIntermediaryThatAnswersInItsPlaceIsReportedOnce) {
  std::vector<std::string> told;
  bool up = false;
  support::HttpServer server([&](const auto&) {
    return up ? Scripted::data({{"isWorkAlive", true}}) : support::HttpReply{.status = 403};
  });
  const GraphqlClient client({.url = server.url("/"),
                              .http = {},
                              .intermediary = {.report =
                                                   [&](const std::optional<std::string>& what) {
                                                     told.push_back(what.value_or("over"));
                                                   },
                                               .quiet = 0ms}});
  const auto begin = std::chrono::steady_clock::now();
  const auto ask = [&] {
    return client.send_once("{ isWorkAlive }", json::object(), {}, net::Deadline::after(20s));
  };
  for (int i = 0; i < 3; ++i) EXPECT_FALSE(ask());
  EXPECT_FALSE(client.heard_since(begin));
  up = true;
  for (int i = 0; i < 2; ++i) EXPECT_TRUE(ask());
  EXPECT_TRUE(client.heard_since(begin));
  ASSERT_EQ(told.size(), 2U);
  EXPECT_THAT(told[0], testing::HasSubstr("HTTP status 403"));
  EXPECT_EQ(told[1], "over");
}

TEST(Platform, APlaybookIsAnsweredWithBothBundlesAsText) {
  Scripted scripted(in_order({Scripted::data({{"playbookStepExecution", true}}),
                              Scripted::data({{"playbookStepExecution", false}})}));
  const PlaybookStep step{.event_id = "e",
                          .execution_id = "x",
                          .playbook_id = "p",
                          .data_instance_id = "d",
                          .step_id = "s",
                          .previous_step_id = "r"};
  const auto answered = scripted.platform.answer_playbook(
      step, {.bundle = R"({"objects": [1.50]})", .changed = R"({"objects": [1.50,2]})"},
      std::chrono::system_clock::time_point(1714558830s), scripted.deadline);
  EXPECT_EQ(answered, true);
  EXPECT_EQ(
      scripted.variables(0),
      json::parse(
          R"({"execution_id": "x", "event_id": "e", "execution_start": "2024-05-01T10:20:30+00:00",
    "data_instance_id": "d", "playbook_id": "p", "previous_step_id": "r", "step_id": "s",
    "previous_bundle": "{\"objects\": [1.50]}", "bundle": "{\"objects\": [1.50,2]}"})"));
  EXPECT_EQ(scripted.platform.answer_playbook(step, {.bundle = "{ }"}, {}, scripted.deadline),
            false);
  EXPECT_EQ(scripted.variables(1)["bundle"], "{ }");
  EXPECT_FALSE(scripted.variables(1).contains("previous_bundle"))
      << "an unchanged bundle is sent only once";
}

}  // namespace
}  // namespace opencti
