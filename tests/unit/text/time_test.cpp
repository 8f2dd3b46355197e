#include "text/time.hpp"

#include <gtest/gtest.h>

namespace text {
namespace {

using std::chrono::microseconds;

// 2024-02-29T23:59:58.007089Z
const Time moment{std::chrono::duration_cast<Time::duration>(microseconds(1'709'251'198'007'089))};

TEST(TimeTest, OneMomentInEachForm) {
  EXPECT_EQ(date(moment), "2024-02-29");
  EXPECT_EQ(minutes(moment), "2024-02-29 23:59");
  EXPECT_EQ(seconds(moment), "2024-02-29 23:59:58");
  EXPECT_EQ(timestamp(moment), "2024-02-29T23:59:58");
  EXPECT_EQ(timestamp_ms(moment), "2024-02-29T23:59:58.007Z");
  EXPECT_EQ(timestamp_us(moment), "2024-02-29T23:59:58.007089Z");
}

TEST(TimeTest, BeforeTheEpochTheFractionCountsForwardToo) {
  const Time before{std::chrono::duration_cast<Time::duration>(microseconds(-1))};
  EXPECT_EQ(timestamp_us(before), "1969-12-31T23:59:59.999999Z");
}

}  // namespace
}  // namespace text
