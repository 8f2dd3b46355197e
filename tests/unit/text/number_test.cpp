#include "text/number.hpp"

#include <gtest/gtest.h>

namespace {

TEST(Numbers, AreGroupedByThousands) {
  EXPECT_EQ(text::grouped(0), "0");
  EXPECT_EQ(text::grouped(999), "999");
  EXPECT_EQ(text::grouped(1000), "1,000");
  EXPECT_EQ(text::grouped(-1234567), "-1,234,567");
}

}  // namespace
