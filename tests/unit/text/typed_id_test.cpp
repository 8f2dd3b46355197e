#include "text/typed_id.hpp"

#include <gmock/gmock.h>

#include <map>
#include <type_traits>
#include <unordered_set>

namespace text {
namespace {

using Work = TypedId<struct WorkTag>;
using Draft = TypedId<struct DraftTag>;

// Two kinds of names cannot be converted into each other, nor from or to a text.
static_assert(!std::is_convertible_v<Work, Draft>);
static_assert(!std::is_constructible_v<Draft, Work>);
static_assert(!std::is_assignable_v<Draft&, Work>);
static_assert(!std::is_invocable_v<std::equal_to<>, Work, Draft>);
static_assert(!std::is_invocable_v<std::less<>, Work, Draft>);
static_assert(!std::is_convertible_v<std::string, Work>);
static_assert(!std::is_convertible_v<const char*, Work>);
static_assert(!std::is_convertible_v<Work, std::string>);
static_assert(!std::is_assignable_v<Work&, std::string>);
static_assert(!std::is_invocable_v<std::equal_to<>, Work, std::string>);
// Within its own kind, a name can do what a text can.
static_assert(std::is_assignable_v<Work&, Work>);
static_assert(std::is_constructible_v<Work, std::string>);
static_assert(std::is_nothrow_move_constructible_v<Work>);

TEST(TypedIdTest, HasTheTextThatItWasMadeOf) {
  EXPECT_EQ(Work("work_1").text(), "work_1");
  EXPECT_FALSE(Work("work_1").empty());
}

TEST(TypedIdTest, IsEmptyUntilItIsGivenAText) {
  Work work;
  EXPECT_TRUE(work.empty());
  EXPECT_EQ(work.text(), "");
  work = Work("work_1");
  EXPECT_FALSE(work.empty());
  work = {};
  EXPECT_TRUE(work.empty());
}

TEST(TypedIdTest, IsComparedByItsText) {
  EXPECT_EQ(Work("work_1"), Work("work_1"));
  EXPECT_NE(Work("work_1"), Work("work_2"));
  EXPECT_LT(Work("work_1"), Work("work_2"));
}

TEST(TypedIdTest, IsAKeyOfMapsThatAreOrderedAndOfThoseThatAreNot) {
  const std::map<Work, int> ordered{{Work("b"), 2}, {Work("a"), 1}};
  EXPECT_EQ(ordered.begin()->second, 1);
  const std::unordered_set<Work> hashed{Work("a"), Work("b"), Work("a")};
  EXPECT_THAT(hashed, ::testing::SizeIs(2));
  EXPECT_TRUE(hashed.contains(Work("b")));
}

}  // namespace
}  // namespace text
