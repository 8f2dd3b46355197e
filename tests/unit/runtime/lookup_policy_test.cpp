#include "runtime/lookup_policy.hpp"

#include <gtest/gtest.h>

namespace runtime {
namespace {

using stix::Pap;
using stix::Tlp;

const std::string unknown_id = "marking-definition--00000000-0000-4000-8000-000000000000";

opencti::Marking marking(Tlp tlp) {
  return {std::string(stix::marking_id(tlp)), "TLP", std::string(stix::name_of(tlp))};
}
opencti::Marking marking(Pap pap) {
  return {std::string(stix::marking_id(pap)), "PAP", std::string(stix::name_of(pap))};
}

TEST(Scope, LetterCaseDoesNotMatter) {
  EXPECT_TRUE(in_scope({"StixFile", "Url"}, "stixfile"));
  EXPECT_FALSE(in_scope({"StixFile"}, "Url"));
  EXPECT_FALSE(in_scope({"StixFile"}, ""));
}

TEST(StrictestMarkings, CountWhateverTheOrderAndTheSource) {
  const std::string red(stix::marking_id(Tlp::red));
  const std::string amber(stix::marking_id(Pap::amber));
  EXPECT_EQ(strictest_markings({marking(Tlp::green), marking(Pap::red)}, {}),
            (stix::Markings{Tlp::green, Pap::red}));
  EXPECT_EQ(strictest_markings({marking(Tlp::green), marking(Pap::green)}, {red, amber}),
            (stix::Markings{Tlp::red, Pap::amber}));
  EXPECT_EQ(strictest_markings({marking(Pap::red)}, {amber, red}),
            (stix::Markings{Tlp::red, Pap::red}));
  EXPECT_EQ(strictest_markings({}, {}), stix::Markings{});
}

TEST(StrictestMarkings, OneThatNobodyKnowsIsTheStrictest) {
  EXPECT_EQ(strictest_markings({{unknown_id, "TLP", "TLP:BLACK"}}, {}).tlp, Tlp::red);
  EXPECT_EQ(strictest_markings({{unknown_id, "pap", "PAP:BLACK"}}, {}).pap, Pap::red);
  EXPECT_EQ(strictest_markings({{unknown_id, "statement", "TLP:RED"}}, {unknown_id}),
            stix::Markings{});
}

TEST(StrictestMarkings, OneWithAnIdOfItsOwnIsKnownByItsName) {
  EXPECT_EQ(strictest_markings({{unknown_id, "TLP", "tlp:amber+strict"}}, {}).tlp,
            Tlp::amber_strict);
  EXPECT_EQ(strictest_markings({{unknown_id, "PAP", "pap:white"}}, {}).pap, Pap::clear);
}

TEST(ExceededLimit, IsTheMarkingStricterThanItsLimit) {
  const MarkingLimits limits{.tlp = Tlp::amber, .pap = Pap::green};
  EXPECT_FALSE(exceeded_limit(limits, {}));
  EXPECT_FALSE(exceeded_limit(limits, {Tlp::amber, Pap::green}));
  const auto red = exceeded_limit(limits, {Tlp::red, {}});
  ASSERT_TRUE(red);
  EXPECT_EQ(red->outcome, source::Outcome::over_tlp);
  EXPECT_EQ(red->marked, "TLP:RED");
  EXPECT_EQ(red->limit, "TLP:AMBER");
  const auto amber = exceeded_limit(limits, {Tlp::green, Pap::amber});
  ASSERT_TRUE(amber);
  EXPECT_EQ(amber->outcome, source::Outcome::over_pap);
  EXPECT_EQ(amber->marked, "PAP:AMBER");
  EXPECT_EQ(amber->limit, "PAP:GREEN");
}

}  // namespace
}  // namespace runtime
