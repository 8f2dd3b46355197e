#include "kaspersky/hash.hpp"

#include <gmock/gmock.h>

#include "support/hashes.hpp"

namespace kaspersky {
namespace {

using support::md5;
using support::sha1;
using support::sha256;

TEST(ChooseHash, TheLongestKnownOneIsAskedBy) {
  EXPECT_EQ(choose_hash({{"MD5", md5}, {"SHA-1", sha1}, {"SHA-256", sha256}}), sha256);
  EXPECT_EQ(choose_hash({{"MD5", md5}, {"SHA-1", sha1}}), sha1);
  EXPECT_EQ(choose_hash({{"MD5", md5}}), md5);
}

TEST(ChooseHash, TheAlgorithmIsReadInAnySpelling) {
  for (const auto* name : {"SHA-256", "SHA256", "sha-256", "sha256", "Sha_256"}) {
    EXPECT_EQ(choose_hash({{name, sha256}}), sha256) << name;
  }
  for (const auto* name : {"SHA-1", "SHA1", "sha-1", "sha1"}) {
    EXPECT_EQ(choose_hash({{name, sha1}}), sha1) << name;
  }
  for (const auto* name : {"MD5", "md5", "MD-5"}) EXPECT_EQ(choose_hash({{name, md5}}), md5);
}

TEST(ChooseHash, TheValueIsInLowerCaseAndLosesItsBlanks) {
  EXPECT_EQ(choose_hash({{"MD5", " \t0011AAbbCCddEEff0011AAbbCCddEEff\r\n"}}),
            "0011aabbccddeeff0011aabbccddeeff");
}

TEST(ChooseHash, AMalformedOneIsPassedOver) {
  EXPECT_EQ(choose_hash({{"SHA-256", sha256.substr(1)}, {"SHA-1", sha1}}), sha1);
  EXPECT_EQ(choose_hash({{"SHA-256", std::string(64, 'x')}, {"MD5", md5}}), md5);
  EXPECT_EQ(choose_hash({{"SHA-256", ""}, {"sha256", sha256}}), sha256);
}

TEST(ChooseHash, WithoutAUsableOneItSaysWhatIsWrongWithEach) {
  const auto chosen = choose_hash({{"SHA-256", "../" + sha256.substr(3)}, {"MD5", "abc"}});
  ASSERT_FALSE(chosen);
  EXPECT_EQ(chosen.error(),
            "no usable hash: SHA-256 is not hexadecimal, MD5 has 3 instead of 32 characters");
}

TEST(ChooseHash, OtherAlgorithmsDoNotCount) {
  for (const auto* name : {"SHA-512", "SHA3-256", "SSDEEP", ""}) {
    const auto chosen = choose_hash({{name, sha256}});
    ASSERT_FALSE(chosen) << name;
    EXPECT_EQ(chosen.error(), "the file has no SHA-256, SHA-1 or MD5 hash");
  }
  EXPECT_FALSE(choose_hash({}));
}

}  // namespace
}  // namespace kaspersky
