#include "opencti/out/queue_output.hpp"

#include <gmock/gmock.h>
#include <openssl/evp.h>

namespace opencti {
namespace {

using nlohmann::json;

std::string decoded(const std::string& base64) {
  std::string out(base64.size(), '\0');
  const auto length = EVP_DecodeBlock(reinterpret_cast<unsigned char*>(out.data()),
                                      reinterpret_cast<const unsigned char*>(base64.data()),
                                      static_cast<int>(base64.size()));
  out.resize(static_cast<std::size_t>(length));
  return out.substr(0, out.find('\0'));
}

json bundle_in(const net::AmqpMessage& message) {
  return json::parse(decoded(json::parse(message.body)["content"].get<std::string>()));
}

Registration registration(const char* version = "7.260318.0") {
  Registration out;
  out.platform_version = version;
  out.user_id = "connector-user";
  out.push_exchange = "amqp.worker.exchange";
  out.push_routing = "push_routing_c1";
  return out;
}

Parcel file_and_author() {
  return {.objects = {{{"id", "file--1"},
                       {"type", "file"},
                       {"x_opencti_created_by_ref", "identity--1"}},
                      {{"id", "identity--1"}, {"type", "identity"}, {"name", "ü"}}},
          .work_id = WorkId("work_1"),
          .draft_id = {},
          .applicant_id = {}};
}

TEST(Pack, AWholeBundleIsOneMessageThatSaysSo) {
  const auto [packed, messages] =
      pack_for_queue(file_and_author(), BundleMode::automatic, registration());
  ASSERT_EQ(messages.size(), 1U);
  EXPECT_EQ(packed.expectations, 2);
  EXPECT_EQ(packed.objects, 2U);
  const auto& message = messages[0];
  EXPECT_EQ(message.exchange, "amqp.worker.exchange");
  EXPECT_EQ(message.routing_key, "push_routing_c1");

  auto envelope = json::parse(message.body);
  envelope.erase("content");
  EXPECT_EQ(envelope,
            json::parse(R"({"bundle_type": "QUEUE_BUNDLE", "applicant_id": "connector-user",
      "action_sequence": 1, "entities_types": [], "update": false, "draft_id": null, "no_split": true, "declared_expectations": 2,
      "work_id": "work_1"})"));

  const auto bundle = bundle_in(message);
  EXPECT_EQ(bundle["type"], "bundle");
  EXPECT_EQ(bundle["objects"].size(), 2U);
  EXPECT_EQ(bundle["objects"][1]["name"], "ü");
}

TEST(Pack, AnOlderPlatformGetsOneObjectPerMessageDependenciesFirst) {
  const auto [packed, messages] =
      pack_for_queue(file_and_author(), BundleMode::automatic, registration("6.8.10"));
  ASSERT_EQ(messages.size(), 2U);
  EXPECT_EQ(packed.expectations, 2);
  EXPECT_EQ(bundle_in(messages[0])["objects"][0]["id"], "identity--1");
  EXPECT_EQ(bundle_in(messages[1])["objects"][0]["id"], "file--1");
  EXPECT_EQ(bundle_in(messages[0])["id"], bundle_in(messages[1])["id"]);
  EXPECT_EQ(json::parse(messages[1].body)["action_sequence"], 2);
  EXPECT_EQ(json::parse(messages[1].body)["no_split"], false);
}

TEST(Pack, TheSettingOverridesTheVersion) {
  EXPECT_EQ(pack_for_queue(file_and_author(), BundleMode::split, registration()).messages.size(),
            2U);
  EXPECT_EQ(
      pack_for_queue(file_and_author(), BundleMode::whole, registration("6.8.10")).messages.size(),
      1U);
}

TEST(Pack, ForADraftEachObjectGoesInAMessageOfItsOwn) {
  auto in_draft = file_and_author();
  in_draft.draft_id = DraftId("draft_1");
  for (const auto mode : {BundleMode::automatic, BundleMode::whole, BundleMode::split}) {
    const auto [packed, messages] = pack_for_queue(in_draft, mode, registration());
    ASSERT_EQ(messages.size(), 2U);
    EXPECT_EQ(packed.expectations, 2);
    for (const auto& message : messages) {
      EXPECT_EQ(json::parse(message.body)["draft_id"], "draft_1");
      EXPECT_EQ(json::parse(message.body)["no_split"], false);
      EXPECT_EQ(bundle_in(message)["objects"].size(), 1U);
    }
  }
}

TEST(Pack, ARepeatedIdIsSentAndExpectedOnce) {
  for (const auto mode : {BundleMode::whole, BundleMode::split}) {
    auto twice = file_and_author();
    twice.objects.push_back(twice.objects[1]);
    EXPECT_EQ(pack_for_queue(twice, mode, registration()).packed.expectations, 2);
  }
}

TEST(Pack, WithoutAWorkThereIsNoWorkIdAtAll) {
  auto without = file_and_author();
  without.work_id = {};
  without.applicant_id = "somebody";
  const auto envelope =
      json::parse(pack_for_queue(without, BundleMode::whole, registration()).messages[0].body);
  EXPECT_FALSE(envelope.contains("work_id"));
  EXPECT_TRUE(envelope["draft_id"].is_null());
  EXPECT_EQ(envelope["applicant_id"], "somebody");
}

TEST(Pack, ObjectsThatCannotBeSentAreNamed) {
  auto odd = file_and_author();
  odd.objects.push_back({{"id", "foo-bar--1"}, {"type", "foo-bar"}});
  const auto [packed, messages] = pack_for_queue(odd, BundleMode::split, registration());
  EXPECT_EQ(packed.expectations, 2);
  EXPECT_THAT(packed.dropped, testing::ElementsAre(testing::HasSubstr("foo-bar--1")));
}

TEST(QueueOutput, TheErrorOfTheBrokerDecidesWhetherToRetry) {
  const std::vector<std::pair<net::ErrorKind, SendAnswer::Kind>> cases{
      {net::ErrorKind::unreachable, SendAnswer::Kind::retry},
      {net::ErrorKind::timed_out, SendAnswer::Kind::retry},
      {net::ErrorKind::blocked, SendAnswer::Kind::retry},
      {net::ErrorKind::access_refused, SendAnswer::Kind::register_again},
      {net::ErrorKind::unroutable, SendAnswer::Kind::register_again},
      {net::ErrorKind::protocol, SendAnswer::Kind::rejected}};
  for (const auto& [kind, answer] : cases) {
    const auto given = answer_of(net::Error{kind, "words"});
    EXPECT_EQ(given.kind, answer);
    EXPECT_EQ(given.reason, "words");
    EXPECT_FALSE(given.by_intermediary);
  }
}

}  // namespace
}  // namespace opencti
