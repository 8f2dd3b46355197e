#include "stix/canonical_json.hpp"

#include <gtest/gtest.h>

#include <bit>
#include <cmath>
#include <cstdint>
#include <limits>
#include <random>
#include <stdexcept>
#include <string>
#include <vector>

namespace stix {
namespace {

using nlohmann::json;

TEST(CanonicalJson, WritesTheSampleOfTheStandard) {
  const auto sample = json::parse(R"({
    "numbers": [333333333.33333329, 1E30, 4.50, 2e-3, 0.000000000000000000000000001],
    "string": "\u20ac$\u000F\u000aA'\u0042\u0022\u005c\\\"\/",
    "literals": [null, true, false]
  })");
  EXPECT_EQ(canonical_json(sample), R"({"literals":[null,true,false],)"
                                    R"("numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],)"
                                    R"("string":"€$\u000f\nA'B\"\\\\\"/"})");
}

TEST(CanonicalJson, SortsTheKeysOfTheStandardByUtf16) {
  const auto sample = json::parse(R"({
    "\u20ac": "Euro Sign", "\r": "Carriage Return", "\ufb33": "Hebrew Letter Dalet With Dagesh",
    "1": "One", "\ud83d\ude00": "Emoji: Grinning Face", "\u0080": "Control",
    "\u00f6": "Latin Small Letter O With Diaeresis"
  })");
  EXPECT_EQ(canonical_json(sample),
            "{\"\\r\":\"Carriage Return\",\"1\":\"One\",\"\u0080\":\"Control\","
            "\"ö\":\"Latin Small Letter O With Diaeresis\",\"€\":\"Euro Sign\","
            "\"😀\":\"Emoji: Grinning Face\",\"\ufb33\":\"Hebrew Letter Dalet With Dagesh\"}");
}

TEST(CanonicalJson, SortsAKeyBeforeTheKeysThatItBegins) {
  EXPECT_EQ(canonical_json(json::parse(R"({"ab":1,"a":2,"":3,"B":4})")),
            R"({"":3,"B":4,"a":2,"ab":1})");
}

TEST(CanonicalJson, WritesTheNumbersOfTheStandard) {
  struct Row {
    std::uint64_t bits;
    std::string text;
  };
  const std::vector<Row> rows{
      {0x0000000000000000, "0"},
      {0x8000000000000000, "0"},
      {0x0000000000000001, "5e-324"},
      {0x8000000000000001, "-5e-324"},
      {0x7fefffffffffffff, "1.7976931348623157e+308"},
      {0xffefffffffffffff, "-1.7976931348623157e+308"},
      {0x4340000000000000, "9007199254740992"},
      {0xc340000000000000, "-9007199254740992"},
      {0x4430000000000000, "295147905179352830000"},
      {0x44b52d02c7e14af5, "9.999999999999997e+22"},
      {0x44b52d02c7e14af6, "1e+23"},
      {0x44b52d02c7e14af7, "1.0000000000000001e+23"},
      {0x444b1ae4d6e2ef4e, "999999999999999700000"},
      {0x444b1ae4d6e2ef4f, "999999999999999900000"},
      {0x444b1ae4d6e2ef50, "1e+21"},
      {0x3eb0c6f7a0b5ed8c, "9.999999999999997e-7"},
      {0x3eb0c6f7a0b5ed8d, "0.000001"},
      {0x41b3de4355555553, "333333333.3333332"},
      {0x41b3de4355555554, "333333333.33333325"},
      {0x41b3de4355555555, "333333333.3333333"},
      {0x41b3de4355555556, "333333333.3333334"},
      {0x41b3de4355555557, "333333333.33333343"},
      {0xbecbf647612f3696, "-0.0000033333333333333333"},
      {0x43143ff3c1cb0959, "1424953923781206.2"},
  };
  for (const auto& row : rows) EXPECT_EQ(canonical_json(std::bit_cast<double>(row.bits)), row.text);
}

TEST(CanonicalJson, WritesIntegersInFull) {
  EXPECT_EQ(canonical_json(std::numeric_limits<std::int64_t>::min()), "-9223372036854775808");
  EXPECT_EQ(canonical_json(std::numeric_limits<std::uint64_t>::max()), "18446744073709551615");
}

TEST(CanonicalJson, WritesEmptyContainers) {
  EXPECT_EQ(canonical_json(json::parse(R"({"o":{},"a":[]})")), R"({"a":[],"o":{}})");
}

TEST(CanonicalJson, RejectsValuesThatJsonCannotHold) {
  for (const auto& value : {json(std::numeric_limits<double>::quiet_NaN()),
                            json(-std::numeric_limits<double>::infinity()), json::binary({1, 2, 3}),
                            json(json::value_t::discarded)}) {
    EXPECT_THROW(static_cast<void>(canonical_json(value)), std::invalid_argument);
  }
}

/// Random documents with all kinds of values; each run generates the same ones.
class RandomDocuments final {
 public:
  json next() { return value(4); }

 private:
  std::uint64_t below(std::uint64_t bound) { return random_() % bound; }

  json value(int depth) {
    switch (below(depth > 0 ? 8 : 6)) {
      case 0:
        return nullptr;
      case 1:
        return below(2) == 0;
      case 2:
        return std::bit_cast<std::int64_t>(random_());
      case 3:
        return random_();
      case 4:
        return number();
      case 5:
        return text();
      case 6: {
        auto array = json::array();
        for (auto left = below(5); left > 0; --left) array.push_back(value(depth - 1));
        return array;
      }
      default: {
        auto object = json::object();
        for (auto left = below(5); left > 0; --left) object[text()] = value(depth - 1);
        return object;
      }
    }
  }

  double number() {
    const auto any = std::bit_cast<double>(random_());
    const auto near = static_cast<double>(std::bit_cast<std::int64_t>(random_())) / 1024;
    return std::isfinite(any) && below(2) == 0 ? any : near;
  }

  std::string text() {
    std::string out;
    for (auto left = below(6); left > 0; --left) {
      const std::vector<std::string> letters{"a",    "Z",    "\"", "\\",     "\n",
                                             "\x01", "\x7f", "é",  "\ufb33", "😀"};
      out += letters[below(letters.size())];
    }
    return out;
  }

  std::mt19937_64 random_{20240501};
};

TEST(CanonicalJson, ReadsBackAsTheSameDocument) {
  RandomDocuments documents;
  for (int i = 0; i < 2000; ++i) {
    const auto document = documents.next();
    const auto text = canonical_json(document);
    const auto again = json::parse(text);
    ASSERT_EQ(again, document) << text;
    ASSERT_EQ(canonical_json(again), text);
  }
}

}  // namespace
}  // namespace stix
