#include "enrichment/score.hpp"

#include <gtest/gtest.h>

namespace enrichment {
namespace {

using kaspersky::Zone;

Options with(source::ScorePolicy policy) {
  Options options;
  options.scores = {{Zone::red, 100}, {Zone::grey, 50}, {Zone::green, 0}};
  options.score_policy = policy;
  return options;
}

TEST(Score, ReplacingSendsTheScoreOfTheZone) {
  EXPECT_EQ(score_of(Zone::red, std::nullopt, with(source::ScorePolicy::replace)), 100);
  EXPECT_EQ(score_of(Zone::green, 80, with(source::ScorePolicy::replace)), 0);
}

TEST(Score, RaisingNeverLowersIt) {
  const auto options = with(source::ScorePolicy::raise_only);
  EXPECT_EQ(score_of(Zone::red, 50, options), 100);
  EXPECT_EQ(score_of(Zone::grey, 60, options), std::nullopt);
  EXPECT_EQ(score_of(Zone::green, 50, options), std::nullopt);
  EXPECT_EQ(score_of(Zone::green, std::nullopt, options), 0);
}

TEST(Score, KeepingSendsOneOnlyWhereThereIsNone) {
  const auto options = with(source::ScorePolicy::keep);
  EXPECT_EQ(score_of(Zone::red, 0, options), std::nullopt);
  EXPECT_EQ(score_of(Zone::red, std::nullopt, options), 100);
}

TEST(Score, TheSameIsSentAgain) {
  for (const auto policy :
       {source::ScorePolicy::replace, source::ScorePolicy::raise_only, source::ScorePolicy::keep}) {
    EXPECT_EQ(score_of(Zone::red, 100, with(policy)), 100);
  }
}

TEST(Score, NoZoneAndAZoneWithoutAScoreGiveNone) {
  for (const auto policy :
       {source::ScorePolicy::replace, source::ScorePolicy::raise_only, source::ScorePolicy::keep}) {
    EXPECT_EQ(score_of(std::nullopt, 50, with(policy)), std::nullopt);
    EXPECT_EQ(score_of(Zone::orange, 50, with(policy)), std::nullopt);
  }
}

}  // namespace
}  // namespace enrichment
