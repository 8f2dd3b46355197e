#include "kaspersky/sections.hpp"

#include <gmock/gmock.h>

namespace kaspersky {
namespace {

TEST(Sections, AreFoundInAnyLetterCaseAndSpelledAsTheApiDoes) {
  EXPECT_EQ(canonical_section(ObjectKind::hash, "detectionsinfo"), "DetectionsInfo");
  EXPECT_EQ(canonical_section(ObjectKind::hash, "HostedUrls"), std::nullopt);
  EXPECT_EQ(canonical_section(ObjectKind::ip, "hostedURLS"), "HostedUrls");
}

TEST(Sections, TheMandatoryOnesComeFirstAndEachOnce) {
  EXPECT_THAT(with_mandatory_sections(ObjectKind::hash, {"FileNames", "Zone", "FileNames"}),
              testing::ElementsAre("LicenseInfo", "Zone", "FileGeneralInfo", "FileNames"));
  EXPECT_THAT(with_mandatory_sections(ObjectKind::url, {}),
              testing::ElementsAre("LicenseInfo", "Zone", "UrlGeneralInfo"));
}

}  // namespace
}  // namespace kaspersky
