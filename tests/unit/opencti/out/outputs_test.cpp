#include <gmock/gmock.h>

#include <set>

#include "opencti/out/copying_output.hpp"
#include "opencti/out/draft_output.hpp"
#include "opencti/out/push_output.hpp"
#include "opencti/out/validating_output.hpp"
#include "opencti/out/workbench_output.hpp"
#include "support/figures.hpp"
#include "support/http_server.hpp"

namespace opencti {
namespace {

using nlohmann::json;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

Parcel parcel() {
  return {
      .objects = {{{"id", "file--1"},
                   {"type", "file"},
                   {"x_opencti_created_by_ref", "identity--1"},
                   {"object_marking_refs", {"marking-definition--a"}}},
                  {{"id", "identity--1"}, {"type", "identity"}, {"name", "ü"}},
                  {{"id", "note--1"},
                   {"type", "note"},
                   {"object_marking_refs", {"marking-definition--b", "marking-definition--a"}}}},
      .work_id = "work_1",
      .draft_id = {},
      .applicant_id = {},
      .entity_id = "file--1"};
}

class Outputs : public testing::Test {
 protected:
  /// A platform that gives these replies.
  GraphqlClient& platform(std::vector<support::HttpReply> replies) {
    server.emplace(support::in_order(std::move(replies)));
    return client.emplace(
        GraphqlOptions{.url = server->url(), .token = "t", .custom_headers = {}, .http = {}});
  }
  json variables(std::size_t request) const {
    return json::parse(server->requests().at(request).body)["variables"];
  }
  static support::HttpReply error(const char* code, const char* message = "words") {
    return {.body =
                json{{"data", nullptr},
                     {"errors",
                      {{{"message", message}, {"name", code}, {"extensions", {{"code", code}}}}}}}
                    .dump()};
  }

  std::optional<support::HttpServer> server;
  std::optional<GraphqlClient> client;
  net::Deadline deadline = net::Deadline::after(std::chrono::seconds(10));
};

const support::HttpReply pushed{.body = R"({"data":{"stixBundlePush":true}})"};
const support::HttpReply uploaded{.body = R"({"data":{"uploadPending":{"id":"f"}}})"};

TEST_F(Outputs, AWholeBundleIsPushedInOneRequestAndAnnouncedByTheWorkers) {
  PushOutput output(platform({pushed}), "c1", BundleMode::automatic);
  const auto shipment = output.pack(parcel());
  EXPECT_EQ(shipment.expectations, 0);
  ASSERT_TRUE(output.send(shipment, deadline));
  ASSERT_THAT(server->requests(), SizeIs(1));
  EXPECT_EQ(variables(0)["connectorId"], "c1");
  EXPECT_EQ(variables(0)["workId"], "work_1");
  EXPECT_THAT(json::parse(variables(0)["bundle"].get<std::string>())["objects"], SizeIs(3));
}

TEST_F(Outputs, SplitEachObjectIsPushedAndCounted) {
  PushOutput output(platform({pushed}), "c1", BundleMode::split);
  const auto shipment = output.pack(parcel());
  EXPECT_EQ(shipment.expectations, 3);
  ASSERT_TRUE(output.send(shipment, deadline));
  EXPECT_THAT(server->requests(), SizeIs(3));
}

TEST_F(Outputs, ABundleTooLargeForOneRequestIsSplit) {
  PushOutput output(platform({pushed}), "c1", BundleMode::whole);
  auto large = parcel();
  large.objects[2]["content"] = std::string(21'000'000, 'x');
  EXPECT_EQ(output.pack(large).expectations, 3);
}

TEST_F(Outputs, WithoutAWorkNoneIsNamed) {
  PushOutput output(platform({pushed}), "c1", BundleMode::whole);
  auto without = parcel();
  without.work_id.clear();
  ASSERT_TRUE(output.send(output.pack(without), deadline));
  EXPECT_FALSE(variables(0).contains("workId"));
}

TEST_F(Outputs, WhatThePlatformSaysTellsWhetherToTryAgain) {
  const std::vector<std::pair<support::HttpReply, net::ErrorKind>> cases{
      {{.status = 502}, net::ErrorKind::foreign},
      {{.status = 500}, net::ErrorKind::foreign},
      {error("DATABASE_ERROR"), net::ErrorKind::blocked},
      {error("AUTH_REQUIRED"), net::ErrorKind::refused},
      {error("FORBIDDEN_ACCESS"), net::ErrorKind::refused},
      {error("INTERNAL_SERVER_ERROR"), net::ErrorKind::protocol},
      // It has forgotten the connector.
      {error("UNSUPPORTED_ERROR", "Invalid bundle"), net::ErrorKind::unroutable}};
  for (const auto& [reply, kind] : cases) {
    PushOutput output(platform({reply}), "c1", BundleMode::whole);
    const auto sent = output.send(output.pack(parcel()), deadline);
    ASSERT_FALSE(sent);
    EXPECT_EQ(sent.error().kind, kind) << sent.error().message;
  }
}

TEST_F(Outputs, AWorkbenchBelongsToItsObjectAndIsMarkedAsItsContentIs) {
  WorkbenchOutput output(platform({uploaded}));
  const auto shipment = output.pack(parcel());
  EXPECT_EQ(shipment.expectations, 0);
  EXPECT_THAT(shipment.remark, HasSubstr("workbench"));
  ASSERT_TRUE(output.send(shipment, deadline));

  const auto request = server->requests().at(0);
  EXPECT_THAT(*request.header("content-type"), HasSubstr("multipart/form-data; boundary="));
  EXPECT_EQ(request.header("opencti-draft-id"), "");
  EXPECT_THAT(request.body, HasSubstr("name=\"operations\"\r\n\r\n{"));
  EXPECT_THAT(request.body, HasSubstr(R"("entityId":"file--1")"));
  EXPECT_THAT(request.body,
              HasSubstr(R"("markings":["marking-definition--a","marking-definition--b"])"));
  EXPECT_THAT(request.body, HasSubstr("name=\"map\"\r\n\r\n{\"0\":[\"variables.file\"]}\r\n"));
  EXPECT_THAT(request.body, HasSubstr("name=\"0\"; filename=\"work_1.json\"\r\nContent-Type: "
                                      "application/json\r\n\r\n{"));
}

TEST_F(Outputs, AWorkbenchWithoutWorkIsNamedAfterItsObject) {
  WorkbenchOutput output(platform({uploaded}));
  auto without = parcel();
  without.work_id.clear();
  EXPECT_EQ(output.pack(without).file->name, "file--1.json");
}

TEST_F(Outputs, ValidationIsForWhatIsNotInADraft) {
  auto& graphql = platform({pushed});
  WorkbenchOutput workbench(graphql);
  PushOutput push(graphql, "c1", BundleMode::whole);
  ValidatingOutput output(workbench, push, true);
  EXPECT_TRUE(output.pack(parcel()).file);
  auto in_draft = parcel();
  in_draft.draft_id = "draft_1";
  const auto shipment = output.pack(in_draft);
  EXPECT_FALSE(shipment.file);
  ASSERT_TRUE(output.send(shipment, deadline));
  EXPECT_THAT(server->requests(), SizeIs(1));
}

TEST_F(Outputs, AMessageCanAskForValidation) {
  auto& graphql = platform({pushed});
  WorkbenchOutput workbench(graphql);
  PushOutput push(graphql, "c1", BundleMode::whole);
  ValidatingOutput output(workbench, push, false);
  EXPECT_FALSE(output.pack(parcel()).file);
  auto forced = parcel();
  forced.validate = true;
  EXPECT_TRUE(output.pack(forced).file);
  forced.draft_id = "draft_1";
  EXPECT_FALSE(output.pack(forced).file);
}

class FakeStore : public BundleStore {
 public:
  net::Result<void> put(const BundleCopy& copy, const net::Deadline&) override {
    if (failures > 0) {
      --failures;
      return net::failure(net::ErrorKind::blocked, "full");
    }
    copies.push_back(copy);
    return {};
  }
  int failures = 0;
  std::vector<BundleCopy> copies;
};

class Copying : public Outputs {
 protected:
  FakeStore store;
  Identity identity{.id = "c1", .name = "My Connector", .scope = {"Url", "StixFile"}};
};

TEST_F(Copying, ACopyTellsWhoMadeItForWhom) {
  CopyingOutput output(identity, {&store}, nullptr);
  Registration registration;
  registration.user_id = "connector-user";
  output.use(registration);
  const auto shipment = output.pack(parcel());
  EXPECT_EQ(shipment.expectations, 0);
  ASSERT_TRUE(output.send(shipment, deadline));
  ASSERT_THAT(store.copies, SizeIs(1));
  EXPECT_TRUE(is_own_file("my_connector", store.copies[0].name)) << store.copies[0].name;

  auto document = json::parse(file_text(store.copies[0], "DIRECTORY_BUNDLE"));
  EXPECT_THAT(document["bundle"]["objects"], SizeIs(3));
  document.erase("bundle");
  EXPECT_EQ(document, json::parse(R"({"bundle_type": "DIRECTORY_BUNDLE",
      "applicant_id": "connector-user", "entities_types": null, "update": false, "connector": {
      "id": "c1", "name": "My Connector", "type": "INTERNAL_ENRICHMENT", "scope": "Url,StixFile",
      "auto": false, "validate_before_import": false}})"));
}

TEST_F(Copying, TheRestIsSentOnceTheCopyIsMadeAndTheCopyIsMadeOnce) {
  PushOutput push(platform({{.status = 502}, pushed}), "c1", BundleMode::whole);
  CopyingOutput output(identity, {&store}, &push);
  store.failures = 1;
  const auto shipment = output.pack(parcel());
  EXPECT_EQ(output.send(shipment, deadline).error().kind, net::ErrorKind::blocked);
  EXPECT_THAT(server->requests(), IsEmpty());
  EXPECT_EQ(output.send(shipment, deadline).error().kind, net::ErrorKind::foreign);
  EXPECT_TRUE(output.send(shipment, deadline));
  EXPECT_THAT(store.copies, SizeIs(1));
}

TEST_F(Copying, NothingForADraftIsCopied) {
  CopyingOutput output(identity, {&store}, nullptr);
  auto in_draft = parcel();
  in_draft.draft_id = "draft_1";
  ASSERT_TRUE(output.send(output.pack(in_draft), deadline));
  EXPECT_THAT(store.copies, IsEmpty());
}

TEST_F(Copying, NoTwoCopiesHaveTheSameName) {
  CopyingOutput output(identity, {&store}, nullptr);
  std::set<std::string> names;
  for (int i = 0; i < 1000; ++i) names.insert(output.pack(parcel()).copy->name);
  EXPECT_THAT(names, SizeIs(1000));
}

/// Sends what it is asked to pack, as a queue would, and remembers the drafts.
class FakeQueue final : public Output {
 public:
  Shipment pack(const Parcel& sent) override {
    Shipment shipment;
    EXPECT_TRUE(sent.work_id.empty() || sent.draft_id == "not made yet");
    shipment.bundles = {"a bundle"};
    shipment.messages.push_back({.exchange = {}, .routing_key = {}, .body = sent.draft_id});
    return shipment;
  }
  net::Result<void> send(const Shipment& shipment, const net::Deadline&) override {
    if (failures > 0) {
      --failures;
      return net::failure(net::ErrorKind::blocked, "not now");
    }
    drafts.push_back(shipment.messages.at(0).body);
    return {};
  }
  int failures = 0;
  std::vector<std::string> drafts;
};

const support::HttpReply made_draft{.body = R"({"data":{"draftWorkspaceAdd":{"id":"draft_9"}}})"};
const support::HttpReply linked{.body = R"({"data":{"workEdit":{"addDraftContext":"work_1"}}})"};

TEST_F(Outputs, AResultGetsADraftOfItsOwnOnceHoweverOftenItIsSent) {
  FakeQueue queue;
  queue.failures = 2;
  DraftOutput output("Kaspersky", platform({made_draft, linked}), queue);
  auto sent = parcel();
  sent.objects.at(0)["hashes"] = {{"MD5", "bad0"}};
  const auto shipment = output.pack(sent);
  EXPECT_TRUE(shipment.bundles.empty()) << "nothing is announced, nor kept to be sent again";
  EXPECT_EQ(shipment.remark, "It waits in a draft for validation.");
  EXPECT_FALSE(output.send(shipment, deadline));
  EXPECT_FALSE(output.send(shipment, deadline));
  ASSERT_TRUE(output.send(shipment, deadline));
  EXPECT_THAT(queue.drafts, testing::ElementsAre("draft_9"));
  EXPECT_EQ(variables(0)["input"], (json{{"name", "Kaspersky: bad0"}, {"entity_id", "file--1"}}));
  EXPECT_EQ(variables(1), (json{{"id", "work_1"}, {"draft", "draft_9"}}));
  EXPECT_THAT(server->requests(), SizeIs(2));
}

TEST_F(Outputs, WithoutADraftNothingIsSent) {
  FakeQueue queue;
  DraftOutput output("Kaspersky", platform({error("FORBIDDEN_ACCESS")}), queue);
  const auto sent = output.send(output.pack(parcel()), deadline);
  ASSERT_FALSE(sent);
  EXPECT_EQ(sent.error().kind, net::ErrorKind::refused);
  EXPECT_THAT(queue.drafts, IsEmpty());
}

TEST_F(Outputs, WhetherThePlatformHasDraftsItsSchemaTells) {
  auto& graphql = platform({{.body = R"({"data":{"__type":{"name":"DraftWorkspaceAddInput"}}})"},
                            {.body = R"({"data":{"__type":null}})"}});
  EXPECT_EQ(has_drafts(graphql, deadline).value(), true);
  EXPECT_EQ(has_drafts(graphql, deadline).value(), false);
}

TEST_F(Outputs, BundlesAndObjectsThatArrivedAreCounted) {
  telemetry::Metrics metrics;
  const SentMetrics sent{metrics.counters({.name = "bundles_total", .help = ""}).with({}),
                         metrics.counters({.name = "objects_total", .help = ""}).with({})};
  auto& graphql = platform({pushed, pushed, pushed, pushed, {.status = 502}});
  PushOutput split(graphql, "c1", BundleMode::split, sent);
  ASSERT_TRUE(split.send(split.pack(parcel()), deadline));
  PushOutput whole(graphql, "c1", BundleMode::whole, sent);
  ASSERT_TRUE(whole.send(whole.pack(parcel()), deadline));
  ASSERT_FALSE(whole.send(whole.pack(parcel()), deadline));
  EXPECT_EQ(support::figure(metrics.text(), "bundles_total"), 4);
  EXPECT_EQ(support::figure(metrics.text(), "objects_total"), 6);
}

}  // namespace
}  // namespace opencti
