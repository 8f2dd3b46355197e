#include "opencti/in/message.hpp"

#include <gtest/gtest.h>

namespace opencti {
namespace {

using nlohmann::json;

/// Reads a message including the object in it.
Result<Message> read_whole(const json& document) {
  auto message = read_message(document.dump());
  if (message) read_object(*message);
  return message;
}

json manual_message() {
  return json::parse(R"({
    "internal": {"work_id": "work_c1_2024-05-01T10:20:30.123Z", "applicant_id": null, "draft_id": null,
                 "mode": "manual", "trigger": "update"},
    "event": {"event_type": "INTERNAL_ENRICHMENT", "entity_id": "file--1", "entity_type": "StixFile",
              "stix_entity": "{\"id\":\"file--1\",\"type\":\"file\"}", "stix_objects": null}})");
}

json playbook_message() {
  return json::parse(R"({
    "internal": {"work_id": null,
                 "playbook": {"event_id": "1-0", "execution_id": "x", "playbook_id": "p",
                              "data_instance_id": "file--1", "step_id": "s", "previous_step_id": "r"},
                 "applicant_id": "automation", "trigger": "create", "mode": "auto"},
    "event": {"entity_id": "file--1",
              "bundle": {"id": "b", "type": "bundle",
                         "objects": [{"id": "identity--1", "type": "identity"},
                                     {"id": "file--1", "type": "file"}]}}})");
}

TEST(Message, AManualRequestIsRead) {
  const auto message = read_whole(manual_message());
  ASSERT_TRUE(message) << message.error().message;
  EXPECT_EQ(message->mode, Mode::manual);
  EXPECT_EQ(message->work_id.text(), "work_c1_2024-05-01T10:20:30.123Z");
  EXPECT_EQ(message->entity_id.text(), "file--1");
  EXPECT_EQ(message->entity_type, "StixFile");
  EXPECT_EQ(message->stix_entity["type"], "file");
  EXPECT_EQ(message->applicant_id, "");
  EXPECT_EQ(message->draft_id.text(), "");
}

TEST(Message, AnAutomaticOneCarriesDraftAndApplicant) {
  auto document = manual_message();
  document["internal"]["mode"] = "auto";
  document["internal"]["draft_id"] = "draft-1";
  document["internal"]["applicant_id"] = "user-1";
  const auto message = read_whole(document);
  ASSERT_TRUE(message);
  EXPECT_EQ(message->mode, Mode::automatic);
  EXPECT_EQ(message->draft_id.text(), "draft-1");
  EXPECT_EQ(message->applicant_id, "user-1");
}

TEST(Message, APlaybookStepHasItsObjectInTheBundleAndNoWork) {
  const auto message = read_whole(playbook_message());
  ASSERT_TRUE(message) << message.error().message;
  EXPECT_EQ(message->mode, Mode::playbook);
  EXPECT_EQ(message->work_id.text(), "");
  EXPECT_EQ(message->playbook->step_id, "s");
  EXPECT_EQ(message->stix_entity["id"], "file--1");
  EXPECT_EQ(message->entity_type, "StixFile");
  EXPECT_EQ(json::parse(message->bundle)["objects"].size(), 2U);
}

TEST(Message, ABundleIsTheBytesThatCame) {
  const std::string bundle = R"({"objects" : [ {"id":"file--1","n":12345678901234567890.1230} ]})";
  const auto message =
      read_message(R"({"internal":{"playbook":{}},"event":{"bundle":)" + bundle + "}}");
  ASSERT_TRUE(message) << message.error().message;
  EXPECT_EQ(message->bundle, bundle);
}

TEST(Message, OfMembersWithOneNameTheLastCounts) {
  const auto message = read_message(
      R"({"event":{"entity_id":"a","entity_type":"Url"},"internal":{"work_id":"v"},
          "internal":{"work_id":"w"},"event":{"entity_id":"b","entity_id":"c"}})");
  ASSERT_TRUE(message) << message.error().message;
  EXPECT_EQ(message->work_id.text(), "w");
  EXPECT_EQ(message->entity_id.text(), "c");
  EXPECT_EQ(message->entity_type, "");
}

TEST(Message, AnObjectTooLargeForAnObservableCountsAsAbsent) {
  auto document = manual_message();
  document["event"]["stix_entity"] =
      json{{"id", "file--1"}, {"x", std::string(5'000'000, 'x')}}.dump();
  EXPECT_TRUE(read_whole(document)->stix_entity.is_null());
}

TEST(Message, OfANewerPlatformNamesTheTypeInPlaybooksToo) {
  auto document = playbook_message();
  document["event"]["entity_type"] = "Url";
  EXPECT_EQ(read_message(document.dump())->entity_type, "Url");
}

TEST(Message, APlaybookWhoseBundleLacksTheObjectIsStillAnswerable) {
  auto document = playbook_message();
  document["event"]["bundle"]["objects"] = json::array();
  const auto message = read_whole(document);
  ASSERT_TRUE(message);
  EXPECT_TRUE(message->playbook.has_value());
  EXPECT_TRUE(message->stix_entity.is_null());
}

TEST(Message, TheTypeIsTakenFromTheObjectIfTheMessageHasNone) {
  auto document = manual_message();
  document["event"].erase("entity_type");
  EXPECT_EQ(read_whole(document)->entity_type, "StixFile");
}

class UnusableStixEntity : public testing::TestWithParam<json> {};

TEST_P(UnusableStixEntity, CountsAsAbsent) {
  auto document = manual_message();
  document["event"]["stix_entity"] = GetParam();
  const auto message = read_whole(document);
  ASSERT_TRUE(message);
  EXPECT_TRUE(message->stix_entity.is_null());
}

INSTANTIATE_TEST_SUITE_P(Message, UnusableStixEntity,
                         testing::Values(json(), json(""), json("{"), json("[]"), json(7),
                                         json::object()));

TEST(Message, OneThatNamesNoObjectCanStillBeAnswered) {
  for (auto document : {manual_message(), playbook_message()}) {
    document["event"].erase("entity_id");
    const auto message = read_whole(document);
    ASSERT_TRUE(message) << message.error().message;
    EXPECT_NE(message->defect, "");
  }
  auto document = manual_message();
  document.erase("event");
  EXPECT_NE(read_whole(document)->defect, "");
}

TEST(Message, TheReceiverOfTheAnswerIsReadFromAnyMessage) {
  auto document = manual_message();
  document["internal"]["other"] = std::vector<json>(2'000, json::object());
  document["internal"]["long"] = std::string(300'000, 'a');
  document["event"].erase("entity_id");
  const auto message = read_whole(document);
  ASSERT_TRUE(message) << message.error().message;
  EXPECT_EQ(message->work_id.text(), "work_c1_2024-05-01T10:20:30.123Z");

  document = playbook_message();
  document["internal"]["playbook"]["other"] = std::vector<json>(2'000, json::object());
  const auto step = read_whole(document);
  ASSERT_TRUE(step && step->playbook);
  EXPECT_EQ(step->playbook->step_id, "s");
  EXPECT_EQ(step->mode, Mode::playbook);
}

TEST(Message, CanAskForValidation) {
  auto document = manual_message();
  EXPECT_FALSE(read_message(document.dump())->force_validation);
  document["event"]["force_validation"] = true;
  EXPECT_TRUE(read_message(document.dump())->force_validation);
  document["event"]["force_validation"] = "no";
  EXPECT_FALSE(read_message(document.dump())->force_validation);
}

TEST(SalvagedMessage, HasItsWork) {
  const auto body = manual_message().dump();
  for (const auto& broken :
       {body.substr(0, body.size() - 1), body + "}", body.substr(0, body.size() - 2)}) {
    const auto message = read_message(broken);
    ASSERT_TRUE(message) << message.error().message;
    EXPECT_EQ(message->work_id, read_message(body)->work_id);
    EXPECT_EQ(message->mode, Mode::manual);
    EXPECT_NE(message->defect, "");
  }
}

TEST(SalvagedMessage, HasItsStepAndTheReceivedBundle) {
  const auto body = playbook_message().dump();
  const auto whole = read_message(body);
  const auto message = read_message(body + "}");
  ASSERT_TRUE(message) << message.error().message;
  ASSERT_TRUE(message->playbook);
  EXPECT_EQ(message->mode, Mode::playbook);
  EXPECT_EQ(message->playbook->execution_id, whole->playbook->execution_id);
  EXPECT_EQ(message->playbook->step_id, whole->playbook->step_id);
  EXPECT_EQ(message->bundle, whole->bundle);
  EXPECT_NE(message->defect, "");
}

TEST(SalvagedMessage, TakesNothingFromTextInText) {
  EXPECT_FALSE(read_message(R"({"event":{"stix_entity":"{\"work_id\":\"work_1\"}"})"));
  EXPECT_FALSE(read_message(R"({"work_id" "work_1")"));
  EXPECT_FALSE(read_message(R"({"work_id":"work_\u0031")"));
  EXPECT_FALSE(read_message("{\"work_id\":\"work_" + std::string(300, '1') + "\""));
  EXPECT_FALSE(read_message(R"({"work_id":)"));
  EXPECT_EQ(read_message(R"({"work_id" : "work_1")")->work_id.text(), "work_1");
}

TEST(SalvagedMessage, TakesNothingFromSomebodysObject) {
  const auto message = read_message(
      R"({"event":{"bundle":{"objects":[{"work_id":"work_2"}]}},"internal":{"work_id":"work_1"}}})");
  ASSERT_TRUE(message) << message.error().message;
  EXPECT_EQ(message->work_id.text(), "work_1");
}

class UnusableMessage : public testing::TestWithParam<const char*> {};

TEST_P(UnusableMessage, IsRejectedWithAReason) {
  const auto message = read_message(GetParam());
  ASSERT_FALSE(message);
  EXPECT_EQ(message.error().kind, ErrorKind::malformed);
  EXPECT_NE(message.error().message, "");
}

INSTANTIATE_TEST_SUITE_P(Message, UnusableMessage,
                         testing::Values("", "not json", "[]", "7", "{}",
                                         R"({"internal":{},"event":[]})",
                                         R"({"internal":{},"event":{}})",
                                         R"({"internal":null,"event":{"entity_id":7}})"));

}  // namespace
}  // namespace opencti
