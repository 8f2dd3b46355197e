#include "kaspersky/zone.hpp"

#include <gtest/gtest.h>

namespace kaspersky {
namespace {

TEST(Zone, GrayAndGreyAreOne) {
  EXPECT_EQ(parse_zone("Grey"), Zone::grey);
  EXPECT_EQ(parse_zone("GRAY"), Zone::grey);
}

TEST(Zone, EveryNameIsReadBack) {
  for (const auto zone : all_zones) EXPECT_EQ(parse_zone(name_of(zone)), zone);
}

TEST(Zone, UnknownTextIsNotAZone) {
  EXPECT_EQ(parse_zone("Purple"), std::nullopt);
  EXPECT_EQ(parse_zone(""), std::nullopt);
}

}  // namespace
}  // namespace kaspersky
