#include <gmock/gmock.h>

#include "opencti/out/draft_output.hpp"
#include "opencti/out/push_output.hpp"
#include "opencti/out/workbench_output.hpp"
#include "support/figures.hpp"
#include "support/http_server.hpp"

namespace opencti {
namespace {

using nlohmann::json;
using Kind = SendAnswer::Kind;
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
      .work_id = WorkId("work_1"),
      .draft_id = {},
      .applicant_id = {},
      .entity_id = EntityId("file--1")};
}

class Outputs : public testing::Test {
 protected:
  /// A platform that sends these replies.
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
  const auto packed = output.pack(parcel());
  EXPECT_EQ(packed.expectations, 0);
  ASSERT_TRUE(packed.send(deadline));
  ASSERT_THAT(server->requests(), SizeIs(1));
  EXPECT_EQ(variables(0)["connectorId"], "c1");
  EXPECT_EQ(variables(0)["workId"], "work_1");
  EXPECT_THAT(json::parse(variables(0)["bundle"].get<std::string>())["objects"], SizeIs(3));
}

TEST_F(Outputs, SplitEachObjectIsPushedAndCounted) {
  PushOutput output(platform({pushed}), "c1", BundleMode::split);
  const auto packed = output.pack(parcel());
  EXPECT_EQ(packed.expectations, 3);
  ASSERT_TRUE(packed.send(deadline));
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
  without.work_id = {};
  ASSERT_TRUE(output.pack(without).send(deadline));
  EXPECT_FALSE(variables(0).contains("workId"));
}

TEST_F(Outputs, TheErrorOfThePlatformDecidesWhetherToRetry) {
  const std::vector<std::pair<support::HttpReply, Kind>> cases{
      {{.status = 502}, Kind::retry},
      {{.status = 500}, Kind::retry},
      {error("DATABASE_ERROR"), Kind::retry},
      {error("AUTH_REQUIRED"), Kind::register_again},
      {error("FORBIDDEN_ACCESS"), Kind::register_again},
      {error("INTERNAL_SERVER_ERROR"), Kind::rejected},
      // The platform no longer knows the connector.
      {error("UNSUPPORTED_ERROR", "Invalid bundle"), Kind::register_again}};
  for (const auto& [reply, kind] : cases) {
    PushOutput output(platform({reply}), "c1", BundleMode::whole);
    const auto sent = output.pack(parcel()).send(deadline);
    EXPECT_EQ(sent.kind, kind) << sent.reason;
    EXPECT_EQ(sent.by_intermediary, reply.status != 200) << sent.reason;
  }
}

TEST_F(Outputs, AWorkbenchBelongsToItsObjectAndIsMarkedAsItsContentIs) {
  WorkbenchOutput output(platform({uploaded}));
  const auto packed = output.pack(parcel());
  EXPECT_EQ(packed.expectations, 0);
  EXPECT_THAT(packed.remark, HasSubstr("workbench"));
  ASSERT_TRUE(packed.send(deadline));

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
  without.work_id = {};
  ASSERT_TRUE(output.pack(without).send(deadline));
  EXPECT_THAT(server->requests().at(0).body, HasSubstr("filename=\"file--1.json\""));
}

/// Sends what it packed, as a queue would, and records the drafts.
class FakeQueue final : public Output {
 public:
  Packed pack(const Parcel& sent) override {
    EXPECT_TRUE(sent.work_id.empty() || sent.draft_id == DraftId("not made yet"));
    return {.bundles = {"a bundle"},
            .delivery = [this, draft = sent.draft_id](const auto&, const auto&) {
              if (failures-- > 0) return SendAnswer::retry("not now");
              drafts.push_back(draft.text());
              return SendAnswer::done();
            }};
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
  const auto packed = output.pack(sent);
  EXPECT_TRUE(packed.bundles.empty())
      << "the result is neither announced nor kept for a second send";
  EXPECT_EQ(packed.remark, "The result waits in a draft for validation.");
  EXPECT_FALSE(packed.send(deadline));
  EXPECT_FALSE(packed.send(deadline));
  ASSERT_TRUE(packed.send(deadline));
  EXPECT_THAT(queue.drafts, testing::ElementsAre("draft_9"));
  EXPECT_EQ(variables(0)["input"], (json{{"name", "Kaspersky: bad0"}, {"entity_id", "file--1"}}));
  EXPECT_EQ(variables(1), (json{{"id", "work_1"}, {"draft", "draft_9"}}));
  EXPECT_THAT(server->requests(), SizeIs(2));
}

TEST_F(Outputs, WithoutADraftNothingIsSent) {
  FakeQueue queue;
  DraftOutput output("Kaspersky", platform({error("FORBIDDEN_ACCESS")}), queue);
  const auto sent = output.pack(parcel()).send(deadline);
  EXPECT_EQ(sent.kind, Kind::register_again);
  EXPECT_THAT(queue.drafts, IsEmpty());
}

TEST_F(Outputs, TheSchemaShowsWhetherThePlatformHasDrafts) {
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
  ASSERT_TRUE(split.pack(parcel()).send(deadline));
  PushOutput whole(graphql, "c1", BundleMode::whole, sent);
  ASSERT_TRUE(whole.pack(parcel()).send(deadline));
  ASSERT_FALSE(whole.pack(parcel()).send(deadline));
  EXPECT_EQ(support::figure(metrics.text(), "bundles_total"), 4);
  EXPECT_EQ(support::figure(metrics.text(), "objects_total"), 6);
}

}  // namespace
}  // namespace opencti
