#include "enrichment/labels.hpp"

#include <gmock/gmock.h>

namespace enrichment {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

TEST(Labels, CategoriesLoseTheirPrefixAndBecomeWords) {
  Labels labels;
  labels.add_category("CATEGORY_MALWARE");
  labels.add_category("CATEGORY_BOTNET_CNC");
  labels.add_category("Phishing");
  EXPECT_THAT(labels.take(), ElementsAre("malware", "botnet cnc", "phishing"));
}

TEST(Labels, TheZoneHasALabelOfItsOwn) {
  Labels labels;
  labels.add_zone(kaspersky::Zone::grey);
  EXPECT_THAT(labels.take(), ElementsAre("kaspersky:grey"));
}

TEST(Labels, EachComesOnceInWhateverCase) {
  Labels labels;
  labels.add_category("CATEGORY_ADWARE");
  labels.add_category("category_adware");
  EXPECT_THAT(labels.take(), ElementsAre("adware"));
}

TEST(Labels, GeneralMeansNone) {
  Labels labels;
  labels.add_category("General");
  EXPECT_THAT(labels.take(), IsEmpty());
  EXPECT_THAT(labels.warnings(), IsEmpty());
}

TEST(Labels, WhatIsNoWordIsLeftOutWithAWarning) {
  Labels labels;
  labels.add_category("CATEGORY_");
  labels.add_category("a\nb");
  labels.add_category(std::string(1'000'000, 'x'));
  EXPECT_THAT(labels.take(), IsEmpty());
  EXPECT_THAT(labels.warnings(), ElementsAre(testing::HasSubstr("3 categories")));
}

TEST(Labels, ThereIsALimitToTheirNumber) {
  Labels labels;
  for (int i = 0; i < 1000; ++i) labels.add_category("c" + std::to_string(i));
  EXPECT_EQ(labels.take().size(), 50U);
  EXPECT_THAT(labels.warnings(), ElementsAre(testing::HasSubstr("950 left out")));
}

}  // namespace
}  // namespace enrichment
