#include "enrichment/score.hpp"

#include <gtest/gtest.h>

namespace enrichment {
namespace {

using kaspersky::Zone;

TEST(Score, IsTheOneOfTheZone) {
  const Options options{.scores = {{Zone::red, 100}, {Zone::green, 0}}};
  EXPECT_EQ(score_of(Zone::red, options), 100);
  EXPECT_EQ(score_of(Zone::green, options), 0);
}

TEST(Score, NoZoneAndAZoneWithoutAScoreGiveNone) {
  const Options options{.scores = {{Zone::red, 100}}};
  EXPECT_EQ(score_of(std::nullopt, options), std::nullopt);
  EXPECT_EQ(score_of(Zone::orange, options), std::nullopt);
}

}  // namespace
}  // namespace enrichment
