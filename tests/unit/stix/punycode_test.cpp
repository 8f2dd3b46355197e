#include "stix/punycode.hpp"

#include <gtest/gtest.h>

namespace stix {
namespace {

TEST(Punycode, WritesTheSamplesOfItsStandard) {
  EXPECT_EQ(punycode(U"\u4ED6\u4EEC\u4E3A\u4EC0\u4E48\u4E0D\u8BF4\u4E2D\u6587"),
            "ihqwcrb4cv8a8dqg056pqjye");
  EXPECT_EQ(punycode(U"\u305D\u306E\u30B9\u30D4\u30FC\u30C9\u3067"), "d9juau41awczczp");
  EXPECT_EQ(punycode(U"3\u5E74B\u7D44\u91D1\u516B\u5148\u751F"), "3B-ww4c5e180e575a65lsy2b");
  EXPECT_EQ(punycode(U"b\u00FCcher"), "bcher-kva");
}

}  // namespace
}  // namespace stix
