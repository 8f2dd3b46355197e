#include "opencti/out/bundle_file.hpp"

#include <gmock/gmock.h>

#include <set>

namespace opencti {
namespace {

using testing::EndsWith;
using testing::SizeIs;
using testing::StartsWith;

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

TEST(FileNames, AreDistinguishedFromThoseOfOthers) {
  EXPECT_TRUE(is_own_file("kaspersky", "kaspersky-20200101-000000-1577836800.000000.json"));
  // pycti omits trailing zeros.
  EXPECT_TRUE(is_own_file("kaspersky", "kaspersky-20200101-000000-1577836800.5.json"));
  for (const auto* other :
       {"", ".json", "kaspersky.json", "kaspersky-notes.json", "kaspersky-20200101-000000-.json",
        "kaspersky-2-20200101-000000-1577836800.0.json", "kaspersky-20200101-000000-1.2.3.json",
        "kaspersky-20200101-000000-1577836800.000000.json.bak",
        "other-20200101-000000-1577836800.000000.json"}) {
    EXPECT_FALSE(is_own_file("kaspersky", other)) << other;
  }
}

TEST(BundleFiles, NameTheConnectorAndTheWork) {
  BundleFiles files({.id = "c1", .name = "My Connector", .scope = {"Url", "StixFile"}},
                    "DIRECTORY_BUNDLE");
  Registration registration;
  registration.user_id = "connector-user";
  files.use(registration);
  const auto file = files.file_of({.objects = {{{"id", "a"}}, {{"id", "b"}}, {{"id", "c"}}}});
  EXPECT_TRUE(is_own_file("my_connector", file.name)) << file.name;

  auto document = nlohmann::json::parse(file.text);
  EXPECT_THAT(document["bundle"]["objects"], SizeIs(3));
  document.erase("bundle");
  EXPECT_EQ(document, nlohmann::json::parse(R"({"bundle_type": "DIRECTORY_BUNDLE",
      "applicant_id": "connector-user", "entities_types": null, "update": false, "connector": {
      "id": "c1", "name": "My Connector", "type": "INTERNAL_ENRICHMENT", "scope": "Url,StixFile",
      "auto": false, "validate_before_import": false}})"));
}

TEST(BundleFiles, NoTwoParcelsHaveTheSameNameAndCopiesOfOneDo) {
  const BundleFiles folder({.id = "c1", .name = "n"}, "DIRECTORY_BUNDLE");
  const BundleFiles bucket({.id = "c1", .name = "n"}, "S3_BUNDLE");
  std::set<std::string> names;
  for (int i = 0; i < 1000; ++i) {
    const Parcel parcel;
    names.insert(folder.file_of(parcel).name);
    names.insert(bucket.file_of(parcel).name);
  }
  EXPECT_THAT(names, SizeIs(1000));
}

}  // namespace
}  // namespace opencti
