#include "opencti/client/sharing.hpp"

#include <gmock/gmock.h>

#include "opencti/in/observable.hpp"

namespace opencti {
namespace {

using nlohmann::json;
using testing::ElementsAre;
using testing::IsEmpty;

const json platform_form = {
    {"id", "file--1"},
    {"extensions", {{opencti_extension, {{"granted_refs", {"identity--a", "identity--b"}}}}}}};

TEST(GrantedRefs, AreReadFromEitherForm) {
  EXPECT_THAT(granted_refs(platform_form), ElementsAre("identity--a", "identity--b"));
  EXPECT_THAT(granted_refs({{"x_opencti_granted_refs", {"identity--c"}}}),
              ElementsAre("identity--c"));
}

TEST(GrantedRefs, AreNoneWhereNothingUsableStands) {
  EXPECT_THAT(granted_refs(json()), IsEmpty());
  EXPECT_THAT(granted_refs({{"x_opencti_granted_refs", "identity--c"}}), IsEmpty());
  EXPECT_THAT(granted_refs({{"extensions", json::array()}}), IsEmpty());
}

TEST(ShareWith, WritesIntoTheExtensionWhereThereIsOneAndToTheRootElsewhere) {
  std::vector<json> objects{platform_form, {{"id", "identity--x"}}};
  share_with(objects, {"identity--b", "identity--c"});
  EXPECT_EQ(objects[0]["extensions"][opencti_extension]["granted_refs"],
            json({"identity--a", "identity--b", "identity--c"}));
  EXPECT_FALSE(objects[0].contains("x_opencti_granted_refs"));
  EXPECT_EQ(objects[1]["x_opencti_granted_refs"], json({"identity--b", "identity--c"}));
}

TEST(ShareWith, NobodyChangesNothing) {
  std::vector<json> objects{{{"id", "identity--x"}}};
  share_with(objects, {});
  EXPECT_EQ(objects[0], (json{{"id", "identity--x"}}));
}

}  // namespace
}  // namespace opencti
