#include "stix/tlp.hpp"

#include <gtest/gtest.h>

namespace stix {
namespace {

TEST(Tlp, IsReadInAnyLetterCaseWithAndWithoutPrefix) {
  EXPECT_EQ(parse_tlp("tlp:amber+strict"), Tlp::amber_strict);
  EXPECT_EQ(parse_tlp("Amber"), Tlp::amber);
  EXPECT_EQ(parse_tlp("TLP:WHITE"), Tlp::clear);
  EXPECT_EQ(parse_tlp("TLP:PINK"), std::nullopt);
  EXPECT_EQ(parse_tlp(""), std::nullopt);
}

TEST(Tlp, EveryLevelIsFoundAgainByNameAndByMarking) {
  for (const auto tlp : {Tlp::clear, Tlp::green, Tlp::amber, Tlp::amber_strict, Tlp::red}) {
    EXPECT_EQ(parse_tlp(name_of(tlp)), tlp);
    EXPECT_EQ(tlp_of_marking(marking_id(tlp)), tlp);
  }
}

}  // namespace
}  // namespace stix
