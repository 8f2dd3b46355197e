#include "enrichment/labels.hpp"

#include <gmock/gmock.h>

#include "enrichment/author.hpp"

namespace enrichment {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

class LabelsTest : public testing::Test {
 protected:
  std::vector<std::string> taken() { return builder.take().update.labels; }

  stix::Observable observable;
  source::Request request{.observable = observable};
  source::Builder builder{author(), request, {.warn = false}};
  Labels labels{builder};
};

TEST_F(LabelsTest, CategoriesLoseTheirPrefixAndBecomeWords) {
  labels.add_category("CATEGORY_MALWARE");
  labels.add_category("CATEGORY_BOTNET_CNC");
  labels.add_category("Phishing");
  EXPECT_THAT(taken(), ElementsAre("malware", "botnet cnc", "phishing"));
}

TEST_F(LabelsTest, TheZoneHasALabelOfItsOwn) {
  labels.add_zone(kaspersky::Zone::grey);
  EXPECT_THAT(taken(), ElementsAre("kaspersky:grey"));
}

TEST_F(LabelsTest, EachComesOnceWithoutRegardToCase) {
  labels.add_category("CATEGORY_ADWARE");
  labels.add_category("category_adware");
  EXPECT_THAT(taken(), ElementsAre("adware"));
}

TEST_F(LabelsTest, GeneralMeansNone) {
  labels.add_category("General");
  EXPECT_THAT(taken(), IsEmpty());
  EXPECT_THAT(labels.warnings(), IsEmpty());
}

TEST_F(LabelsTest, TextThatIsNotAWordIsLeftOutWithAWarning) {
  labels.add_category("CATEGORY_");
  labels.add_category("a\nb");
  labels.add_category(
      "red\xe2\x80\xae"
      "flow");
  labels.add_category(
      "a\xc2\x9b"
      "31m");
  labels.add_category(std::string(1'000'000, 'x'));
  EXPECT_THAT(taken(), IsEmpty());
  EXPECT_THAT(labels.warnings(), ElementsAre(testing::HasSubstr("Categories: 5 omitted")));
}

TEST_F(LabelsTest, ThereIsALimitToTheirNumber) {
  for (int i = 0; i < 1000; ++i) labels.add_category("c" + std::to_string(i));
  EXPECT_EQ(taken().size(), 50U);
  EXPECT_THAT(labels.warnings(), ElementsAre(testing::HasSubstr("950 omitted")));
}

}  // namespace
}  // namespace enrichment
