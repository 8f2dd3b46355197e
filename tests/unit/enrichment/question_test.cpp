#include "enrichment/question.hpp"

#include <gtest/gtest.h>

namespace enrichment {
namespace {

TEST(Question, AFileIsAskedAboutByItsBestHash) {
  const std::string md5(32, 'a');
  const std::string sha1(40, 'B');
  const auto question =
      question_about({.id = "file--1", .type = "file", .hashes = {{"MD5", md5}, {"SHA-1", sha1}}});
  ASSERT_TRUE(question) << question.error();
  EXPECT_EQ(question->kind, kaspersky::ObjectKind::hash);
  EXPECT_EQ(question->value, sha1);
}

TEST(Question, AFileWithoutAUsableHashIsNotWorthACall) {
  EXPECT_FALSE(question_about({.id = "file--1", .type = "file", .name = "a.exe"}));
  EXPECT_FALSE(question_about({.id = "file--1", .type = "file", .hashes = {{"MD5", "zz"}}}));
}

TEST(Question, OtherTypesAreNotAskedAbout) {
  const auto question =
      question_about({.id = "url--1", .type = "url", .value = "http://a.example/"});
  ASSERT_FALSE(question);
  EXPECT_NE(question.error().find("url"), std::string::npos);
}

}  // namespace
}  // namespace enrichment
