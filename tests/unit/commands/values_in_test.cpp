#include "commands/values_in.hpp"

#include <gmock/gmock.h>

#include <sstream>

namespace {

using commands::values_in;
using testing::ElementsAre;

/// Returns each text, or its problem if it has one.
std::vector<std::string> lines_of(const commands::ValuesIn& in) {
  std::vector<std::string> lines;
  for (const auto& [text, problem] : in.values) lines.push_back(problem.empty() ? text : problem);
  return lines;
}

TEST(ValuesIn, ComeFromTheCommandLineAndFromInputForADash) {
  std::istringstream input("one\n\n  \n# two\n  # of three\ntwo\r\nthree");
  const auto in = values_in({"first", "-", "last"}, input);
  EXPECT_THAT(lines_of(in), ElementsAre("first", "one", "two\r", "three", "last"));
}

TEST(ValuesIn, ALineThatIsTooLongIsReportedInItsPlace) {
  std::istringstream input("one\n" + std::string(10'000'000, 'x') + "\ntwo\n");
  const auto in = values_in({"-"}, input);
  EXPECT_THAT(lines_of(in), ElementsAre("one", "line 2 is longer than 8192 bytes", "two"));
  EXPECT_EQ(in.values[1].text, "");
}

TEST(ValuesIn, ALineOfJustTheLimitIsTaken) {
  std::istringstream input("12345\n123456\n");
  const auto in = values_in({"-"}, input, {.longest = 5});
  EXPECT_THAT(lines_of(in), ElementsAre("12345", "line 2 is longer than 5 bytes"));
}

TEST(ValuesIn, ReadingEndsWithTheFirstThatIsTooMany) {
  std::istringstream input("1\n2\n3\n4\n5\n");
  const auto in = values_in({"-"}, input, {.max_values = 3});
  EXPECT_TRUE(in.too_many);
  EXPECT_EQ(in.values.size(), 3);
  std::string rest;
  std::getline(input, rest);
  EXPECT_EQ(rest, "5");
}

TEST(ValuesIn, NulBytesDoNotEndALine) {
  using namespace std::string_literals;
  std::istringstream input("a\0b\nc\n"s);
  EXPECT_THAT(lines_of(values_in({"-"}, input)), ElementsAre("a\0b"s, "c"));
}

}  // namespace
