#include "source/outcome.hpp"

#include <gmock/gmock.h>

#include <set>

namespace source {
namespace {

TEST(OutcomeTable, HasEachNameOnceAndASentenceForEach) {
  std::set<std::string_view> names;
  std::set<std::string_view> meanings;
  for (const auto outcome : all_outcomes()) {
    const auto& row = row_of(outcome);
    EXPECT_TRUE(names.insert(row.name).second) << row.name;
    EXPECT_TRUE(meanings.insert(row.meaning).second) << row.name;
    EXPECT_THAT(row.name, testing::MatchesRegex("[a-z_]+"));
    EXPECT_THAT(row.meaning, testing::MatchesRegex("[A-Z].*[^.]")) << row.name;
  }
  EXPECT_EQ(name_of(all_outcomes().back()), "internal_error")
      << "all_outcomes() ends with the last enumerator";
}

TEST(OutcomeTable, AnAnsweredOutcomeIsFromTheSourceAndNotAFailure) {
  for (const auto outcome : all_outcomes()) {
    const auto& row = row_of(outcome);
    if (!row.answered()) continue;
    EXPECT_TRUE(row.from_source) << row.name;
    EXPECT_FALSE(row.failed) << row.name;
  }
}

}  // namespace
}  // namespace source
