#include "opencti/client/sharing.hpp"

#include <gmock/gmock.h>

#include "opencti/in/observable.hpp"

namespace opencti {
namespace {

using nlohmann::json;
using testing::ElementsAre;
using testing::IsEmpty;

const std::string a = "identity--00000000-0000-4000-8000-00000000000a";
const std::string b = "identity--00000000-0000-4000-8000-00000000000b";
const std::string c = "identity--00000000-0000-4000-8000-00000000000C";

const json platform_form = {{"id", "file--1"},
                            {"extensions", {{opencti_extension, {{"granted_refs", {a, b}}}}}}};

TEST(GrantedRefs, AreReadFromEitherForm) {
  EXPECT_THAT(granted_refs(platform_form), ElementsAre(a, b));
  EXPECT_THAT(granted_refs({{"x_opencti_granted_refs", {c}}}), ElementsAre(c));
}

TEST(GrantedRefs, AreIdsOfOrganisationsOnly) {
  const auto without_hyphens = "identity--" + std::string(36, '0');
  EXPECT_THAT(granted_refs({{"x_opencti_granted_refs",
                             {a, "", "identity--", without_hyphens, a + "0", 7, "file" + a,
                              "identity--" + std::string(1'000'000, '0')}}}),
              ElementsAre(a));
}

TEST(GrantedRefs, AreEmptyWithoutUsableText) {
  EXPECT_THAT(granted_refs(json()), IsEmpty());
  EXPECT_THAT(granted_refs({{"x_opencti_granted_refs", c}}), IsEmpty());
  EXPECT_THAT(granted_refs({{"extensions", json::array()}}), IsEmpty());
}

TEST(ShareWith, WritesIntoTheExtensionWhereThereIsOneAndToTheRootElsewhere) {
  std::vector<json> objects{platform_form, {{"id", "identity--x"}}};
  share_with(objects, {b, c});
  EXPECT_EQ(objects[0]["extensions"][opencti_extension]["granted_refs"], json({a, b, c}));
  EXPECT_FALSE(objects[0].contains("x_opencti_granted_refs"));
  EXPECT_EQ(objects[1]["x_opencti_granted_refs"], json({b, c}));
}

TEST(ShareWith, NobodyChangesNothing) {
  std::vector<json> objects{{{"id", "identity--x"}}};
  share_with(objects, {});
  EXPECT_EQ(objects[0], (json{{"id", "identity--x"}}));
}

}  // namespace
}  // namespace opencti
