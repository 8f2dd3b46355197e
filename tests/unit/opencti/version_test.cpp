#include "opencti/version.hpp"

#include <gtest/gtest.h>

namespace opencti {
namespace {

TEST(Version, WholeBundlesAreForPlatformsFrom7_260318) {
  EXPECT_TRUE(imports_whole_bundles("7.260318"));
  EXPECT_TRUE(imports_whole_bundles("7.260318.0"));
  EXPECT_TRUE(imports_whole_bundles("7.260817.2-rc"));
  EXPECT_TRUE(imports_whole_bundles("8.1"));
  EXPECT_FALSE(imports_whole_bundles("7.260317.9"));
  EXPECT_FALSE(imports_whole_bundles("6.8.12"));
}

TEST(Version, OneThatCannotBeReadCountsAsOlder) {
  for (const auto* text : {"", "latest", ".", "7", "x.260318"})
    EXPECT_FALSE(imports_whole_bundles(text)) << text;
}

}  // namespace
}  // namespace opencti
