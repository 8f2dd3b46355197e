#include <gmock/gmock.h>
#include <sys/stat.h>

#include <filesystem>
#include <fstream>

#include "opencti/out/bundle_file.hpp"
#include "opencti/out/directory_store.hpp"
#include "opencti/out/s3_listing.hpp"
#include "opencti/out/s3_store.hpp"
#include "support/http_server.hpp"
#include "support/temporary_folder.hpp"

namespace opencti {
namespace {

using testing::ElementsAre;
using testing::EndsWith;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::StartsWith;
using testing::UnorderedElementsAre;

telemetry::Log silent() {
  return telemetry::Log(
      {.level = telemetry::Level::error, .name = "n", .json = true, .write = [](std::string_view) {
       }});
}

net::Deadline soon() { return net::Deadline::after(std::chrono::seconds(10)); }

constexpr const char* old_name = "kaspersky-20200101-000000-1577836800.000000.json";

BundleCopy copy(std::string name = "kaspersky-20300101-000000-1893456000.000000.json") {
  return {.name = std::move(name), .document = {{"bundle", {{"type", "bundle"}}}}};
}

TEST(FileNames, AreMadeOfTheConnectorsNameAndTheTime) {
  using std::chrono::microseconds;
  const std::chrono::system_clock::time_point time(microseconds(1714558830000042));
  EXPECT_THAT(file_name(file_prefix("Kaspersky Enrichment"), time),
              testing::AllOf(StartsWith("kaspersky_enrichment-202405"),
                             EndsWith("-1714558830.000042.json")));
}

TEST(FileNames, CannotLeaveTheirFolder) {
  EXPECT_EQ(file_prefix("../../etc/Ä \n%"), ".._.._etc______");
}

TEST(FileNames, AreToldFromThoseOfOthers) {
  EXPECT_TRUE(is_own_file("kaspersky", old_name));
  // pycti leaves zeros at the end out.
  EXPECT_TRUE(is_own_file("kaspersky", "kaspersky-20200101-000000-1577836800.5.json"));
  for (const auto* other :
       {"", ".json", "kaspersky.json", "kaspersky-notes.json", "kaspersky-20200101-000000-.json",
        "kaspersky-2-20200101-000000-1577836800.0.json", "kaspersky-20200101-000000-1.2.3.json",
        "kaspersky-20200101-000000-1577836800.000000.json.bak",
        "other-20200101-000000-1577836800.000000.json"}) {
    EXPECT_FALSE(is_own_file("kaspersky", other)) << other;
  }
}

class Directory : public testing::Test {
 protected:
  void write_old(const std::string& name) const {
    const auto path = folder.path() / name;
    std::ofstream(path) << "{}";
    std::filesystem::last_write_time(
        path, std::filesystem::file_time_type::clock::now() - std::chrono::hours(48));
  }
  std::vector<std::string> files() const {
    std::vector<std::string> names;
    for (const auto& entry : std::filesystem::directory_iterator(folder.path())) {
      names.push_back(entry.path().filename());
    }
    return names;
  }

  support::TemporaryFolder folder;
};

TEST_F(Directory, HoldsWholeFilesAlone) {
  DirectoryStore target({.folder = folder.path(), .prefix = "kaspersky"}, silent());
  EXPECT_THAT(files(), IsEmpty());
  ASSERT_TRUE(target.put(copy(), soon()));
  EXPECT_THAT(files(), ElementsAre(copy().name));
  std::ifstream file(folder.path() / copy().name);
  EXPECT_EQ(nlohmann::json::parse(file)["bundle_type"], "DIRECTORY_BUNDLE");
  struct stat about {};
  ASSERT_EQ(::stat((folder.path() / copy().name).c_str(), &about), 0);
  EXPECT_EQ(about.st_mode & 07007U, 0U) << "nothing for others";
}

TEST_F(Directory, DoesNotFollowALinkThatSomebodyPutThere) {
  const auto outside = folder.path() / "outside";
  std::filesystem::create_symlink(outside, folder.path() / (copy().name + ".tmp"));
  DirectoryStore target({.folder = folder.path(), .prefix = "kaspersky"}, silent());
  EXPECT_FALSE(target.put(copy(), soon()));
  EXPECT_FALSE(std::filesystem::exists(outside));
}

TEST_F(Directory, SaysWhyItCannotBeWrittenTo) {
  DirectoryStore target({.folder = folder.path(), .prefix = "kaspersky"}, silent());
  std::filesystem::remove(folder.path());
  const auto put = target.put(copy(), soon());
  ASSERT_FALSE(put);
  EXPECT_EQ(put.error().kind, net::ErrorKind::blocked);
  EXPECT_THAT(put.error().message, HasSubstr("No such file or directory"));
  EXPECT_THROW(DirectoryStore({.folder = folder.path(), .prefix = "kaspersky"}, silent()),
               std::runtime_error);
}

TEST_F(Directory, ForgetsItsOwnOldFilesAndWhatACrashLeftBehind) {
  const auto half = std::string(old_name) + ".tmp";
  for (const auto& name : {std::string(old_name), half, std::string("theirs.json")})
    write_old(name);
  DirectoryStore target(
      {.folder = folder.path(), .prefix = "kaspersky", .retention = std::chrono::hours(24)},
      silent());
  ASSERT_TRUE(target.put(copy(), soon()));
  EXPECT_THAT(files(), UnorderedElementsAre("theirs.json", copy().name));
}

TEST_F(Directory, KeepsFilesForEverWhenToldSo) {
  write_old(old_name);
  DirectoryStore target({.folder = folder.path(), .prefix = "kaspersky"}, silent());
  ASSERT_TRUE(target.put(copy(), soon()));
  EXPECT_THAT(files(), UnorderedElementsAre(old_name, copy().name));
}

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
  static Storage storage(std::uint16_t port) {
    return {.endpoint = "127.0.0.1",
            .port = port,
            .use_tls = false,
            .bucket = "b",
            .region = "eu-west-3",
            .access_key = "access",
            .secret_key = "secret-key"};
  }
};

TEST_F(S3, PutsSignedObjectsByPath) {
  const support::HttpServer server(support::in_order({{.status = 200}}));
  S3Store store({.where = {}, .folder = "/a/b/", .prefix = "kaspersky", .http = {}}, silent());
  store.use(storage(server.port()));
  ASSERT_TRUE(store.put(copy(), soon()));
  const auto request = server.requests().at(0);
  EXPECT_EQ(request.line, "PUT /b/a/b/" + copy().name + " HTTP/1.1");
  EXPECT_EQ(request.header("content-type"), "application/json");
  EXPECT_EQ(request.header("x-amz-content-sha256")->size(), 64U);
  EXPECT_THAT(*request.header("authorization"), HasSubstr("Credential=access/"));
  EXPECT_THAT(*request.header("authorization"), HasSubstr("/eu-west-3/s3/aws4_request"));
  EXPECT_EQ(nlohmann::json::parse(request.body)["bundle_type"], "S3_BUNDLE");
}

TEST_F(S3, TheSettingsStandAboveThePlatform) {
  const support::HttpServer server(support::in_order({{.status = 200}}));
  S3Store store({.where = {.port = server.port(), .bucket = "mine"},
                 .folder = ".",
                 .prefix = "kaspersky",
                 .http = {}},
                silent());
  store.use(storage(1));
  ASSERT_TRUE(store.put(copy(), soon()));
  EXPECT_THAT(server.requests().at(0).line, StartsWith("PUT /mine/kaspersky-"));
}

TEST_F(S3, WithoutAnyStorageItSaysWhatIsMissing) {
  S3Store store({.where = {}, .folder = "", .prefix = "kaspersky", .http = {}}, silent());
  store.use(std::nullopt);
  const auto put = store.put(copy(), soon());
  ASSERT_FALSE(put);
  EXPECT_THAT(put.error().message, HasSubstr("give host"));
}

TEST_F(S3, AnErrorTellsTheCodeAndNoKey) {
  const std::vector<std::pair<int, net::ErrorKind>> cases{{403, net::ErrorKind::refused},
                                                          {404, net::ErrorKind::invalid},
                                                          {503, net::ErrorKind::blocked}};
  for (const auto& [status, kind] : cases) {
    const support::HttpServer server(
        support::in_order({{.status = status, .body = "<Error><Code>SlowDown</Code></Error>"}}));
    S3Store store({.where = {}, .folder = "", .prefix = "kaspersky", .http = {}}, silent());
    store.use(storage(server.port()));
    const auto put = store.put(copy(), soon());
    ASSERT_FALSE(put);
    EXPECT_EQ(put.error().kind, kind);
    EXPECT_THAT(put.error().message, HasSubstr("SlowDown"));
    EXPECT_THAT(put.error().message, Not(HasSubstr("secret-key")));
  }
}

TEST_F(S3, WhatCannotBeListedDoesNotHoldTheResultBack) {
  const support::HttpServer server([](const support::HttpRequest& request) {
    return support::HttpReply{.status = request.line.starts_with("PUT") ? 200 : 500};
  });
  S3Store store({.where = {},
                 .folder = "",
                 .prefix = "kaspersky",
                 .retention = std::chrono::hours(1),
                 .http = {}},
                silent());
  store.use(storage(server.port()));
  EXPECT_TRUE(store.put(copy(), soon()));
  EXPECT_TRUE(store.put(copy(), soon()));
  EXPECT_EQ(server.requests().size(), 3U) << "looked for old ones once";
}

}  // namespace
}  // namespace opencti
