#include "enrichment/question.hpp"

#include <gmock/gmock.h>

namespace enrichment {
namespace {

TEST(Question, AFileIsAskedAboutByItsBestHash) {
  const std::string md5(32, 'a');
  const std::string sha1(40, 'B');
  const auto question =
      question_about({.id = "file--1", .type = "file", .hashes = {{"MD5", md5}, {"SHA-1", sha1}}});
  ASSERT_TRUE(question) << question.error();
  EXPECT_EQ(question->kind, kaspersky::ObjectKind::hash);
  EXPECT_EQ(question->value, std::string(40, 'b')) << "in one spelling";
}

TEST(Question, AFileWithoutAUsableHashIsNotWorthACall) {
  EXPECT_FALSE(question_about({.id = "file--1", .type = "file", .name = "a.exe"}));
  EXPECT_FALSE(question_about({.id = "file--1", .type = "file", .hashes = {{"MD5", "zz"}}}));
}

TEST(Question, OtherTypesAreNotAskedAbout) {
  const auto question =
      question_about({.id = "email-addr--1", .type = "email-addr", .value = "a@b.example"});
  ASSERT_FALSE(question);
  EXPECT_NE(question.error().find("email-addr"), std::string::npos);
}

/// What Kaspersky is asked about this object, as `kind value`; or the reason why it is not asked.
std::string asked(const std::string& type, const std::string& value, bool reserved_too = false) {
  const auto question =
      question_about({.id = type + "--1", .type = type, .value = value}, reserved_too);
  if (!question) return question.error();
  return std::string(kaspersky::name_of(question->kind)) + ' ' + question->value;
}

TEST(Question, AnArtifactIsAskedAboutAsAFile) {
  const std::string md5(32, 'a');
  const auto question =
      question_about({.id = "artifact--1", .type = "artifact", .hashes = {{"MD5", md5}}});
  ASSERT_TRUE(question) << question.error();
  EXPECT_EQ(question->value, md5);
}

TEST(Question, AnAddressIsAskedAboutInItsOneSpelling) {
  EXPECT_EQ(asked("ipv4-addr", " 8.8.8.8 "), "ip 8.8.8.8");
  EXPECT_EQ(asked("ipv6-addr", "2A00:1450:0:0::1"), "ip 2a00:1450::1");
}

TEST(Question, AnInvalidAddressOrARangeIsNotLookedUp) {
  EXPECT_EQ(asked("ipv4-addr", "8.8.8.0/24"), "it is a range of addresses");
  EXPECT_EQ(asked("ipv4-addr", "8.8.8.0/24", true), "it is a range of addresses");
  EXPECT_EQ(asked("ipv4-addr", "8.8.8"), "it is not a well-formed IP address");
  EXPECT_EQ(asked("ipv6-addr", ""), "it is not a well-formed IP address");
}

TEST(Question, AddressesThatNobodyElseReachesAreAskedAboutOnlyOnDemand) {
  for (const auto* value : {"10.0.0.1", "127.0.0.1", "192.0.2.1", "224.0.0.1", "0.0.0.0"}) {
    EXPECT_THAT(asked("ipv4-addr", value), testing::HasSubstr("special address")) << value;
    EXPECT_EQ(asked("ipv4-addr", value, true), std::string("ip ") + value);
  }
  EXPECT_THAT(asked("ipv6-addr", "fe80::1"), testing::HasSubstr("link-local"));
  EXPECT_THAT(asked("ipv6-addr", "::ffff:10.0.0.1"), testing::HasSubstr("private"));
}

TEST(Question, DomainsAndHostnamesAreAskedAboutAsDomains) {
  EXPECT_EQ(asked("domain-name", "Example.COM."), "domain example.com");
  EXPECT_EQ(asked("hostname", "a.example.com"), "domain a.example.com");
  EXPECT_EQ(asked("domain-name", "m\u00fcller.example"), "domain xn--mller-kva.example");
  EXPECT_EQ(asked("domain-name", "\u2764.example"), "domain xn--qei.example");
}

TEST(Question, ANameWithoutADotIsNotAskedAbout) {
  EXPECT_EQ(asked("hostname", "server1"), "it is a name without a dot");
  EXPECT_EQ(asked("hostname", "server1", true), "it is a name without a dot");
  EXPECT_EQ(asked("domain-name", "*.example.com"), "it is not a well-formed domain name");
  EXPECT_EQ(asked("domain-name", "8.8.8.8"), "it is not a well-formed domain name");
}

TEST(Question, AUrlKeepsItsPathByteForByte) {
  for (const auto* tail : {"/?a=1&b=2", "/a#b", "/100%25/%zz", "/a b", "/a/../b", "//a//", "?a",
                           "/\u00fc\u4f8b", "/a@b:c", ":8080/a", "/'\"<>|\\"}) {
    EXPECT_EQ(asked("url", std::string("http://example.com") + tail),
              std::string("url http://example.com") + tail);
  }
}

TEST(Question, AUrlHasItsHostInOneSpellingAndNoCredentials) {
  EXPECT_EQ(asked("url", "HTTPS://user:pass@Example.COM/A"), "url https://example.com/A");
  EXPECT_EQ(asked("url", "example.com"), "url http://example.com");
  EXPECT_EQ(asked("url", "http://[2A00:1450:0::1]:80/"), "url http://[2a00:1450::1]:80/");
}

TEST(Question, AUrlOfAHostThatNobodyElseReachesIsNotAskedAbout) {
  EXPECT_THAT(asked("url", "http://10.0.0.1/a"), testing::HasSubstr("its host 10.0.0.1 is"));
  EXPECT_THAT(asked("url", "http://[::1]/a"), testing::HasSubstr("loopback"));
  EXPECT_EQ(asked("url", "http://10.0.0.1/a", true), "url http://10.0.0.1/a");
  EXPECT_EQ(asked("url", "http://intranet/a", true), "its host is a name without a dot");
  EXPECT_EQ(asked("url", "http://"), "it is not a well-formed URL");
}

TEST(Question, AUrlHas2000CharactersAtMost) {
  const std::string base = "http://example.com/";
  const auto of_length = [&](std::size_t length) {
    return base + std::string(length - base.size(), 'a');
  };
  EXPECT_EQ(asked("url", of_length(2000)), "url " + of_length(2000));
  EXPECT_EQ(asked("url", of_length(2001)), "it is longer than 2000 characters");
  auto letters = base;
  for (auto i = base.size(); i < 2000; ++i) letters += "\u00fc";
  EXPECT_EQ(asked("url", letters), "url " + letters) << "the limit counts characters, not bytes";
  EXPECT_EQ(asked("url", letters + "a"), "it is longer than 2000 characters");
}

}  // namespace
}  // namespace enrichment
