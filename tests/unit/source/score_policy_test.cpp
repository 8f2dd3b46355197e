#include "source/score_policy.hpp"

#include <gtest/gtest.h>

namespace source {
namespace {

TEST(ScorePolicy, ReplacingTakesAnyScore) {
  EXPECT_EQ(chosen_score(100, std::nullopt, ScorePolicy::replace), 100);
  EXPECT_EQ(chosen_score(0, 80, ScorePolicy::replace), 0);
}

TEST(ScorePolicy, RaisingNeverLowersIt) {
  EXPECT_EQ(chosen_score(100, 50, ScorePolicy::raise_only), 100);
  EXPECT_EQ(chosen_score(50, 60, ScorePolicy::raise_only), std::nullopt);
  EXPECT_EQ(chosen_score(0, 50, ScorePolicy::raise_only), std::nullopt);
  EXPECT_EQ(chosen_score(0, std::nullopt, ScorePolicy::raise_only), 0);
}

TEST(ScorePolicy, KeepingSendsOneOnlyWhereThereIsNone) {
  EXPECT_EQ(chosen_score(100, 0, ScorePolicy::keep), std::nullopt);
  EXPECT_EQ(chosen_score(100, std::nullopt, ScorePolicy::keep), 100);
}

TEST(ScorePolicy, TheSameIsSentAgain) {
  for (const auto policy : {ScorePolicy::replace, ScorePolicy::raise_only, ScorePolicy::keep}) {
    EXPECT_EQ(chosen_score(100, 100, policy), 100);
  }
}

}  // namespace
}  // namespace source
