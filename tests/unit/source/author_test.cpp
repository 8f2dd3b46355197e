#include "source/author.hpp"

#include <gmock/gmock.h>

#include "stix/ids.hpp"

namespace source {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

TEST(Author, IsAnOrganizationKnownByItsName) {
  const Author author("Oracle");
  EXPECT_EQ(author.id(), stix::identity_id("organization", "Oracle"));
  EXPECT_EQ(author.identity()["name"], "Oracle");
  EXPECT_EQ(author.identity()["identity_class"], "organization");
}

TEST(Author, MarksAsTheObservableIsMarked) {
  const Author author("Oracle");
  EXPECT_THAT(author.provenance_for_derived({}).marking_refs, IsEmpty());
  EXPECT_THAT(author.provenance_for_derived({stix::Tlp::green, stix::Pap::red}).marking_refs,
              ElementsAre(stix::marking_id(stix::Tlp::green), stix::marking_id(stix::Pap::red)));
}

TEST(Author, MarksNothingLessStrictlyThanItWantsTo) {
  const Author author("Oracle", stix::Tlp::amber);
  const auto tlp = [&](std::optional<stix::Tlp> of_the_observable) {
    return author.provenance_for_derived({of_the_observable, {}}).marking_refs;
  };
  EXPECT_THAT(tlp(std::nullopt), ElementsAre(stix::marking_id(stix::Tlp::amber)));
  EXPECT_THAT(tlp(stix::Tlp::clear), ElementsAre(stix::marking_id(stix::Tlp::amber)));
  EXPECT_THAT(tlp(stix::Tlp::red), ElementsAre(stix::marking_id(stix::Tlp::red)));
}

TEST(Author, LeavesSharedObjectsUnmarked) {
  const Author author("Oracle", stix::Tlp::amber);
  EXPECT_EQ(author.provenance_for_shared().author_ref, author.id());
  EXPECT_THAT(author.provenance_for_shared().marking_refs, IsEmpty());
}

}  // namespace
}  // namespace source
