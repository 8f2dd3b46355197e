#include "opencti/out/s3_output.hpp"

#include <gmock/gmock.h>

#include "opencti/out/s3_listing.hpp"
#include "support/http_server.hpp"
#include "unit/opencti/out/copies.hpp"

namespace opencti {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::StartsWith;

TEST(S3Listing, GivesKeysAndTimes) {
  const auto listing = read_listing(
      "<?xml version=\"1.0\"?><ListBucketResult><Name>b</Name><IsTruncated>true</IsTruncated>"
      "<Contents><Key>a/1.json</Key><LastModified>2024-05-01T10:20:30.000Z</LastModified></"
      "Contents>"
      "<Contents><Key>a&amp;b</Key><LastModified>x</LastModified></Contents>"
      "<NextContinuationToken>t/+=</NextContinuationToken></ListBucketResult>");
  ASSERT_EQ(listing.objects.size(), 1U);
  EXPECT_EQ(listing.objects[0].key, "a/1.json");
  EXPECT_EQ(listing.objects[0].last_modified, "2024-05-01T10:20:30.000Z");
  EXPECT_EQ(listing.next, "t/+=");
}

TEST(S3Listing, EndsWhereTheAnswerStopsBeingOne) {
  for (const auto* text :
       {"", "<", "{}", "<Contents>", "<Contents><Key>x", "<Contents><Key></Key></Contents>",
        "<IsTruncated>false</IsTruncated><NextContinuationToken>t</NextContinuationToken>"}) {
    const auto listing = read_listing(text);
    EXPECT_THAT(listing.objects, IsEmpty()) << text;
    EXPECT_EQ(listing.next, "") << text;
  }
}

TEST(S3Listing, QuotesOnlyCodesThatAreWords) {
  EXPECT_EQ(error_code("<Error><Code>NoSuchBucket</Code></Error>"), "NoSuchBucket");
  EXPECT_EQ(error_code("<Error><Code>a\nforged line</Code></Error>"), "");
  EXPECT_EQ(error_code("<Error><Code>" + std::string(100, 'x') + "</Code></Error>"), "");
}

class S3 : public testing::Test {
 protected:
  static Registration storage(std::uint16_t port) {
    Registration registration;
    registration.storage = Storage{.endpoint = "127.0.0.1",
                                   .port = port,
                                   .use_tls = false,
                                   .bucket = "b",
                                   .region = "eu-west-3",
                                   .access_key = "access",
                                   .secret_key = "secret-key"};
    return registration;
  }
};

TEST_F(S3, PutsSignedObjectsByPath) {
  const support::HttpServer server(support::in_order({{.status = 200}}));
  S3Output output({.folder = "/a/b/"}, {kaspersky, silent()});
  output.use(storage(server.port()));
  ASSERT_TRUE(send(output));
  const auto request = server.requests().at(0);
  EXPECT_EQ(request.line, "PUT /b/a/b/" + name + " HTTP/1.1");
  EXPECT_EQ(request.header("content-type"), "application/json");
  EXPECT_EQ(request.header("x-amz-content-sha256")->size(), 64U);
  EXPECT_THAT(*request.header("authorization"), HasSubstr("Credential=access/"));
  EXPECT_THAT(*request.header("authorization"), HasSubstr("/eu-west-3/s3/aws4_request"));
  EXPECT_EQ(nlohmann::json::parse(request.body)["bundle_type"], "S3_BUNDLE");
}

TEST_F(S3, TheSettingsOverrideThePlatform) {
  const support::HttpServer server(support::in_order({{.status = 200}}));
  S3Output output({.where = {.port = server.port(), .bucket = "mine"}, .folder = "."},
                  {kaspersky, silent()});
  output.use(storage(1));
  ASSERT_TRUE(send(output));
  EXPECT_THAT(server.requests().at(0).line, StartsWith("PUT /mine/kaspersky-"));
}

TEST_F(S3, WithoutAnyStorageItSaysWhatIsMissing) {
  S3Output output({.folder = ""}, {kaspersky, silent()});
  output.use({});
  const auto answer = send(output);
  EXPECT_EQ(answer.kind, SendAnswer::Kind::retry);
  EXPECT_THAT(answer.reason, HasSubstr("set host, port, bucket and keys"));
}

TEST_F(S3, AnErrorHasTheCodeAndNoKey) {
  const std::vector<std::pair<int, SendAnswer::Kind>> cases{{403, SendAnswer::Kind::register_again},
                                                            {404, SendAnswer::Kind::retry},
                                                            {503, SendAnswer::Kind::retry}};
  for (const auto& [status, kind] : cases) {
    const support::HttpServer server(
        support::in_order({{.status = status, .body = "<Error><Code>SlowDown</Code></Error>"}}));
    S3Output output({.folder = ""}, {kaspersky, silent()});
    output.use(storage(server.port()));
    const auto answer = send(output);
    EXPECT_EQ(answer.kind, kind);
    EXPECT_THAT(answer.reason, HasSubstr("SlowDown"));
    EXPECT_THAT(answer.reason, Not(HasSubstr("secret-key")));
  }
}

TEST_F(S3, AFailedListingDoesNotHoldTheResultBack) {
  const support::HttpServer server([](const support::HttpRequest& request) {
    return support::HttpReply{.status = request.line.starts_with("PUT") ? 200 : 500};
  });
  S3Output output({.folder = "", .retention = std::chrono::hours(1)}, {kaspersky, silent()});
  output.use(storage(server.port()));
  EXPECT_TRUE(send(output));
  EXPECT_TRUE(send(output));
  EXPECT_EQ(server.requests().size(), 3U) << "old files were listed only once";
}

}  // namespace
}  // namespace opencti
