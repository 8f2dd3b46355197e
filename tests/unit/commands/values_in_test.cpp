#include "commands/values_in.hpp"

#include <gmock/gmock.h>

#include <sstream>

namespace {

using commands::values_in;
using testing::ElementsAre;
using testing::IsEmpty;

TEST(ValuesIn, ComeFromTheCommandLineAndWhereADashStands) {
  std::istringstream input("one\n\n  \ntwo\r\nthree");
  const auto in = values_in({"first", "-", "last"}, input);
  EXPECT_THAT(in.values, ElementsAre("first", "one", "two\r", "three", "last"));
  EXPECT_THAT(in.problems, IsEmpty());
}

TEST(ValuesIn, ALineThatIsTooLongCostsThatLine) {
  std::istringstream input("one\n" + std::string(10'000'000, 'x') + "\ntwo\n");
  const auto in = values_in({"-"}, input);
  EXPECT_THAT(in.values, ElementsAre("one", "two"));
  EXPECT_THAT(in.problems, ElementsAre("line 2 is longer than 8192 bytes"));
}

TEST(ValuesIn, ALineOfJustTheLimitIsTaken) {
  std::istringstream input("12345\n123456\n");
  const auto in = values_in({"-"}, input, {.longest = 5});
  EXPECT_THAT(in.values, ElementsAre("12345"));
  EXPECT_EQ(in.problems.size(), 1);
}

TEST(ValuesIn, ReadingEndsWithTheFirstThatIsTooMany) {
  std::istringstream input("1\n2\n3\n4\n5\n");
  const auto in = values_in({"-"}, input, {.most = 3});
  EXPECT_TRUE(in.too_many);
  EXPECT_EQ(in.values.size(), 3);
  std::string rest;
  std::getline(input, rest);
  EXPECT_EQ(rest, "5");
}

TEST(ValuesIn, NulBytesDoNotEndALine) {
  using namespace std::string_literals;
  std::istringstream input("a\0b\nc\n"s);
  EXPECT_THAT(values_in({"-"}, input).values, ElementsAre("a\0b"s, "c"));
}

}  // namespace
