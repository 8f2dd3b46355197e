#include "opencti/in/jwt.hpp"

#include <gtest/gtest.h>

#include "support/tokens.hpp"

namespace opencti {
namespace {

using nlohmann::json;
using support::base64url;

constexpr std::int64_t now = 1'800'000'000;

class CheckToken : public testing::Test {
 protected:
  [[nodiscard]] std::optional<TokenError> check(const std::string& token,
                                                std::int64_t at = now) const {
    return check_token(token, keys, std::chrono::system_clock::time_point(std::chrono::seconds(at)),
                       {"connector-1", "https://me/api/callback"});
  }
  /// Checks a token with some claims changed; null removes a claim.
  [[nodiscard]] std::optional<TokenError> check_claims(const json& changes) const {
    auto claims = support::TokenMaker::claims(now);
    claims.merge_patch(changes);
    return check(maker.token(maker.header(), claims));
  }
  [[nodiscard]] std::optional<TokenError> check_header(const json& changes) const {
    auto header = maker.header();
    header.merge_patch(changes);
    return check(maker.token(header, support::TokenMaker::claims(now)));
  }

  support::TokenMaker maker;
  TokenKeys keys = *TokenKeys::read(maker.jwks());
};

TEST_F(CheckToken, AcceptsThePlatforms) { EXPECT_EQ(check(maker.token(now)), std::nullopt); }

TEST_F(CheckToken, RejectsTextThatIsNotAToken) {
  const auto good = maker.token(now);
  for (const auto& token :
       {std::string(), std::string("."), std::string(".."), std::string("..."), std::string("a.b"),
        good + ".", "." + good, good + "=", good + " ", " " + good, good.substr(1),
        good.substr(0, good.rfind('.')), std::string(10'000, 'a'),
        std::string("d0c0ffee-0000-4000-8000-opencti-token"), maker.sign("e30.W10"),
        maker.sign("W10.e30"), maker.sign("e31.e30"), maker.sign("e3+.e30"),
        std::string("\0.\0.\0", 5)}) {
    EXPECT_EQ(check(token), TokenError::malformed) << token;
  }
}

TEST_F(CheckToken, RejectsAnySignatureButItsOwn) {
  const auto good = maker.token(now);
  const auto last = good.rfind('.') + 1;
  const support::TokenMaker other;
  EXPECT_EQ(check(other.token(now)), TokenError::signature)
      << "the id is the same, but the key is another";
  EXPECT_EQ(check(good.substr(0, last)), TokenError::signature);
  EXPECT_EQ(check(good.substr(0, last) + base64url(std::string(64, '\0'))), TokenError::signature);
  EXPECT_EQ(check(good.substr(0, last) + base64url(std::string(63, 'a'))), TokenError::signature);
  for (std::size_t i = 0; i < good.size(); ++i) {
    auto changed = good;
    changed[i] = changed[i] == 'A' ? 'B' : 'A';
    EXPECT_NE(check(changed), std::nullopt) << "at " << i;
  }
}

TEST_F(CheckToken, LetsTheKeyDecideTheAlgorithm) {
  for (const auto* algorithm :
       {"none", "None", "HS256", "RS256", "ES256", "eddsa", "Ed25519", ""}) {
    EXPECT_EQ(check_header({{"alg", algorithm}}), TokenError::algorithm) << algorithm;
  }
  EXPECT_EQ(check_header({{"alg", nullptr}}), TokenError::algorithm);
  EXPECT_EQ(check_header({{"alg", {"EdDSA"}}}), TokenError::algorithm);
  EXPECT_EQ(check_header({{"crit", {"exp"}}}), TokenError::algorithm);
  const auto unsigned_token = base64url(R"({"alg":"none","kid":"0123456789abcdef"})") + "." +
                              base64url(support::TokenMaker::claims(now).dump()) + ".";
  EXPECT_EQ(check(unsigned_token), TokenError::algorithm);
}

TEST_F(CheckToken, RejectsUnknownKeys) {
  const support::TokenMaker other("fedcba9876543210");
  EXPECT_EQ(check(other.token(now)), TokenError::unknown_key);
  EXPECT_EQ(check_header({{"kid", nullptr}}), TokenError::unknown_key);
  EXPECT_EQ(check_header({{"kid", 1}}), TokenError::unknown_key);
  EXPECT_EQ(check_token(maker.token(now), {}, std::chrono::system_clock::now()),
            TokenError::unknown_key);
}

TEST_F(CheckToken, RejectsATokenForAnotherConnector) {
  EXPECT_EQ(check_claims({{"aud", "connector-1"}}), std::nullopt);
  EXPECT_EQ(check_claims({{"aud", json::array({"other", "https://me/api/callback"})}}),
            std::nullopt);
  EXPECT_EQ(check_claims({{"aud", nullptr}}), std::nullopt) << "as today's platforms";
  for (const auto& other : {json("connector-2"), json::array({"connector-2"}), json::array(),
                            json(1), json(""), json::object({{"connector-1", 1}})}) {
    EXPECT_EQ(check_claims({{"aud", other}}), TokenError::audience) << other;
  }
}

TEST_F(CheckToken, KnowsTheTimeToAMinute) {
  const auto token = maker.token(now);
  EXPECT_EQ(check(token, now + 3600 + 59), std::nullopt);
  EXPECT_EQ(check(token, now + 3600 + 60), TokenError::time);
  EXPECT_EQ(check(token, now - 60), std::nullopt);
  EXPECT_EQ(check(token, now - 61), TokenError::time);
  EXPECT_EQ(check_claims({{"nbf", now + 60}}), std::nullopt);
  EXPECT_EQ(check_claims({{"nbf", now + 61}}), TokenError::time);
  EXPECT_EQ(check_claims({{"iat", nullptr}}), std::nullopt);
  for (const auto& odd :
       {json(nullptr), json("9999999999"), json(true), json(-1e308), json::array({now})}) {
    EXPECT_EQ(check_claims({{"exp", odd}}), TokenError::time) << odd;
  }
  EXPECT_EQ(check_claims({{"exp", 1e308}}), std::nullopt);
  EXPECT_EQ(check_claims({{"nbf", "0"}}), TokenError::time);
}

TEST_F(CheckToken, IsForConnectorsAndFromThePlatform) {
  for (const auto& odd : {json(nullptr), json("other"), json(1), json::array({"opencti"})}) {
    EXPECT_EQ(check_claims({{"iss", odd}}), TokenError::purpose) << odd;
    EXPECT_EQ(check_claims({{"sub", odd}}), TokenError::purpose) << odd;
  }
}

TEST(TokenKeysTest, LeavesOutKeysOfOtherUses) {
  const support::TokenMaker maker;
  const auto with = [&](const json& changes) {
    auto key = maker.key();
    key.merge_patch(changes);
    return TokenKeys::read(json{{"keys", {key}}}.dump())->empty();
  };
  EXPECT_FALSE(with(json::object()));
  EXPECT_FALSE(with({{"use", nullptr}, {"alg", nullptr}}));
  EXPECT_TRUE(with({{"use", "enc"}}));
  EXPECT_TRUE(with({{"alg", "RS256"}}));
  EXPECT_TRUE(with({{"kty", "RSA"}}));
  EXPECT_TRUE(with({{"crv", "X25519"}}));
  EXPECT_TRUE(with({{"kid", nullptr}}));
  EXPECT_TRUE(with({{"x", base64url("too short")}}));
  EXPECT_TRUE(with({{"x", 1}}));
}

TEST(TokenKeysTest, RejectsTextThatIsNotAKeySet) {
  for (const auto& text :
       {std::string(), std::string("null"), std::string("[]"), std::string(R"({"keys":{}})"),
        std::string(R"({"keys":[)"), std::string(70'000, ' ') + R"({"keys":[]})",
        json{{"keys", json(40, json::object())}}.dump()}) {
    EXPECT_FALSE(TokenKeys::read(text)) << text.substr(0, 40);
  }
  EXPECT_TRUE(TokenKeys::read(R"({"keys":[1,null,[],{}]})")->empty());
}

}  // namespace
}  // namespace opencti
