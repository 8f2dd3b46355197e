#include "opencti/client/version.hpp"

#include <gtest/gtest.h>

namespace opencti {
namespace {

TEST(Version, IsReadWithItsLineOfLongTermSupport) {
  EXPECT_EQ(parse_version("7.260309.0-lts.6"),
            (Version{.major = 7, .minor = 260309, .patch = 0, .lts = 6}));
  EXPECT_EQ(parse_version("7.260318"), (Version{.major = 7, .minor = 260318}));
  EXPECT_EQ(parse_version("6.8.12"), (Version{.major = 6, .minor = 8, .patch = 12}));
  EXPECT_EQ(parse_version("7.260817.2-rc"),
            (Version{.major = 7, .minor = 260817, .patch = 2, .lts = 0}));
}

TEST(Version, ThatIsLaterIsGreater) {
  const char* const in_order[] = {"6.8.9",
                                  "6.8.12",
                                  "6.9.0",
                                  "7.260309.0",
                                  "7.260309.0-lts.2",
                                  "7.260309.0-lts.10",
                                  "7.260309.1",
                                  "7.260318.0",
                                  "7.260811.0-lts.1",
                                  "7.261109.0",
                                  "8.1"};
  for (std::size_t i = 1; i < std::size(in_order); ++i) {
    EXPECT_LT(*parse_version(in_order[i - 1]), *parse_version(in_order[i])) << in_order[i];
  }
}

TEST(Version, WholeBundlesAreForPlatformsFromTheFirstLongTermSupportOn) {
  for (const auto* text : {"7.260309", "7.260309.0", "7.260309.0-lts.1", "7.260309.0-lts.6",
                           "7.260318.0", "7.260811.0-lts.2", "7.261109.0", "8.1"}) {
    EXPECT_TRUE(imports_whole_bundles(text)) << text;
  }
  for (const auto* text : {"7.260308.9", "7.260224.0", "6.8.12"}) {
    EXPECT_FALSE(imports_whole_bundles(text)) << text;
  }
}

TEST(Version, OvertakenWorksAreDroppedByTheFirstLongTermSupport) {
  for (const auto* text : {"7.260309.0-lts.6", "7.260318.0", "6.8.12", "unknown"}) {
    EXPECT_TRUE(drops_overtaken_works(text)) << text;
  }
  for (const auto* text : {"7.260811.0-lts.1", "7.261109.0"}) {
    EXPECT_FALSE(drops_overtaken_works(text)) << text;
  }
}

TEST(Version, OneThatCannotBeReadCountsAsOlder) {
  for (const auto* text : {"", "latest", ".", "7", "x.260318", "7.x", "-7.260318"}) {
    EXPECT_FALSE(parse_version(text)) << text;
    EXPECT_FALSE(imports_whole_bundles(text)) << text;
  }
}

}  // namespace
}  // namespace opencti
