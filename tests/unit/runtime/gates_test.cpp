#include "runtime/gates.hpp"

#include <gtest/gtest.h>

namespace runtime {
namespace {

using stix::Tlp;

TEST(Scope, LetterCaseDoesNotMatter) {
  EXPECT_TRUE(in_scope({"StixFile", "Url"}, "stixfile"));
  EXPECT_FALSE(in_scope({"StixFile"}, "Url"));
  EXPECT_FALSE(in_scope({"StixFile"}, ""));
}

TEST(StrictestTlp, CountsWhateverTheOrderAndTheSource) {
  const opencti::Marking green{"marking-definition--34098fce-860f-48ae-8e50-ebd3cc5e41da", "TLP",
                               "TLP:GREEN"};
  const opencti::Marking pap{"marking-definition--4e4e3b84-de45-53df-9d9b-b21207699fd8", "PAP",
                             "PAP:RED"};
  const std::string red(stix::marking_id(Tlp::red));
  EXPECT_EQ(strictest_tlp({green, pap}, {}), Tlp::green);
  EXPECT_EQ(strictest_tlp({green}, {red}), Tlp::red);
  EXPECT_EQ(strictest_tlp({}, {red}), Tlp::red);
  EXPECT_EQ(strictest_tlp({pap}, {}), std::nullopt);
  EXPECT_EQ(strictest_tlp({}, {}), std::nullopt);
}

TEST(StrictestTlp, ATlpThatNobodyKnowsIsTheStrictest) {
  const opencti::Marking odd{"marking-definition--00000000-0000-4000-8000-000000000000", "TLP",
                             "TLP:BLACK"};
  EXPECT_EQ(strictest_tlp({odd}, {}), Tlp::red);
}

TEST(StrictestTlp, AMarkingWithAnIdOfItsOwnIsKnownByItsName) {
  const opencti::Marking own{"marking-definition--00000000-0000-4000-8000-000000000000", "TLP",
                             "tlp:amber+strict"};
  EXPECT_EQ(strictest_tlp({own}, {}), Tlp::amber_strict);
}

}  // namespace
}  // namespace runtime
