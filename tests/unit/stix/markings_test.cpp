#include "stix/markings.hpp"

#include <gtest/gtest.h>

#include "stix/ids.hpp"

namespace stix {
namespace {

constexpr auto all_paps = {Pap::clear, Pap::green, Pap::amber, Pap::red};

TEST(Pap, IsReadInAnyLetterCaseWithAndWithoutPrefix) {
  EXPECT_EQ(parse_pap("pap:amber"), Pap::amber);
  EXPECT_EQ(parse_pap("Red"), Pap::red);
  EXPECT_EQ(parse_pap("PAP:WHITE"), Pap::clear);
  EXPECT_EQ(parse_pap("TLP:RED"), std::nullopt);
  EXPECT_EQ(parse_pap("PAP:AMBER+STRICT"), std::nullopt);
  EXPECT_EQ(parse_pap(""), std::nullopt);
}

TEST(Pap, EveryLevelIsFoundAgainByNameAndByMarking) {
  for (const auto pap : all_paps) {
    EXPECT_EQ(parse_pap(name_of(pap)), pap);
    EXPECT_EQ(pap_of_marking(marking_id(pap)), pap);
    EXPECT_EQ(tlp_of_marking(marking_id(pap)), std::nullopt);
  }
}

TEST(Pap, IdsFollowFromTheDefinition) {
  for (const auto pap : all_paps) {
    EXPECT_EQ(marking_id(pap), marking_definition_id("PAP", name_of(pap)));
  }
}

TEST(Markings, TheStrictestOfEachProtocolCountsWhateverTheOrder) {
  const std::string green(marking_id(Tlp::green));
  const std::string red(marking_id(Tlp::red));
  const std::string pap(marking_id(Pap::amber));
  const std::string other = "marking-definition--00000000-0000-4000-8000-000000000000";
  EXPECT_EQ(strictest({red, green}), (Markings{Tlp::red, {}}));
  EXPECT_EQ(strictest({green, pap, other, red}), (Markings{Tlp::red, Pap::amber}));
  EXPECT_EQ(strictest({other}), Markings{});
  EXPECT_EQ(strictest({}), Markings{});
}

}  // namespace
}  // namespace stix
