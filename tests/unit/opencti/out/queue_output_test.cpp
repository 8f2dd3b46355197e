#include <gmock/gmock.h>
#include <openssl/evp.h>

#include "opencti/out/output.hpp"

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

Parcel parcel() {
  return {.objects = {{{"id", "file--1"},
                       {"type", "file"},
                       {"x_opencti_created_by_ref", "identity--1"}},
                      {{"id", "identity--1"}, {"type", "identity"}, {"name", "ü"}}},
          .work_id = "work_1",
          .draft_id = {},
          .applicant_id = {}};
}

TEST(Pack, AWholeBundleIsOneMessageThatSaysSo) {
  const auto shipment = pack(parcel(), BundleMode::automatic, registration());
  ASSERT_EQ(shipment.messages.size(), 1U);
  EXPECT_EQ(shipment.expectations, 2);
  EXPECT_EQ(shipment.objects, 2U);
  const auto& message = shipment.messages[0];
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
  const auto shipment = pack(parcel(), BundleMode::automatic, registration("6.8.10"));
  ASSERT_EQ(shipment.messages.size(), 2U);
  EXPECT_EQ(shipment.expectations, 2);
  EXPECT_EQ(bundle_in(shipment.messages[0])["objects"][0]["id"], "identity--1");
  EXPECT_EQ(bundle_in(shipment.messages[1])["objects"][0]["id"], "file--1");
  EXPECT_EQ(bundle_in(shipment.messages[0])["id"], bundle_in(shipment.messages[1])["id"]);
  EXPECT_EQ(json::parse(shipment.messages[1].body)["action_sequence"], 2);
  EXPECT_EQ(json::parse(shipment.messages[1].body)["no_split"], false);
}

TEST(Pack, TheSettingOverridesTheVersion) {
  EXPECT_EQ(pack(parcel(), BundleMode::split, registration()).messages.size(), 2U);
  EXPECT_EQ(pack(parcel(), BundleMode::whole, registration("6.8.10")).messages.size(), 1U);
}

TEST(Pack, ForADraftEachObjectGoesInAMessageOfItsOwn) {
  auto in_draft = parcel();
  in_draft.draft_id = "draft_1";
  for (const auto mode : {BundleMode::automatic, BundleMode::whole, BundleMode::split}) {
    const auto shipment = pack(in_draft, mode, registration());
    ASSERT_EQ(shipment.messages.size(), 2U);
    EXPECT_EQ(shipment.expectations, 2);
    for (const auto& message : shipment.messages) {
      EXPECT_EQ(json::parse(message.body)["draft_id"], "draft_1");
      EXPECT_EQ(json::parse(message.body)["no_split"], false);
      EXPECT_EQ(bundle_in(message)["objects"].size(), 1U);
    }
  }
}

TEST(Pack, ARepeatedIdIsSentAndExpectedOnce) {
  for (const auto mode : {BundleMode::whole, BundleMode::split}) {
    auto twice = parcel();
    twice.objects.push_back(twice.objects[1]);
    EXPECT_EQ(pack(twice, mode, registration()).expectations, 2);
  }
}

TEST(Pack, WithoutAWorkThereIsNoWorkIdAtAll) {
  auto without = parcel();
  without.work_id.clear();
  without.applicant_id = "somebody";
  const auto envelope =
      json::parse(pack(without, BundleMode::whole, registration()).messages[0].body);
  EXPECT_FALSE(envelope.contains("work_id"));
  EXPECT_TRUE(envelope["draft_id"].is_null());
  EXPECT_EQ(envelope["applicant_id"], "somebody");
}

TEST(Pack, WhatCannotBeSentIsNamed) {
  auto odd = parcel();
  odd.objects.push_back({{"id", "foo-bar--1"}, {"type", "foo-bar"}});
  const auto shipment = pack(odd, BundleMode::split, registration());
  EXPECT_EQ(shipment.expectations, 2);
  EXPECT_THAT(shipment.dropped, testing::ElementsAre(testing::HasSubstr("foo-bar--1")));
}

}  // namespace
}  // namespace opencti
