#include "enrichment/subject.hpp"

#include <gtest/gtest.h>

#include "support/hashes.hpp"

namespace enrichment {
namespace {

using kaspersky::ObjectKind;
using support::md5;
using support::sha1;
using support::sha256;

kaspersky::Answer answer_with_hashes() {
  kaspersky::Answer answer;
  answer.file = kaspersky::FileGeneralInfo{.md5 = md5, .sha1 = sha1, .sha256 = sha256, .size = {}};
  return answer;
}

TEST(Subject, AFileIsKnownByItsSha256WhicheverHashWasAskedFor) {
  for (const auto& asked : {md5, sha1, sha256}) {
    const stix::Observable file{.id = "file--1", .type = "file"};
    const Question question{ObjectKind::hash, asked};
    const auto subject = subject_of(file, question, answer_with_hashes());
    EXPECT_EQ(subject.key, sha256);
    EXPECT_EQ(subject.md5, md5);
  }
}

TEST(Subject, WithoutASha256ItIsTheHashThatWasAskedForInLowerCase) {
  const stix::Observable file{
      .id = "file--1", .type = "file", .hashes = {{"MD5", std::string(32, 'A')}}};
  const Question question{ObjectKind::hash, std::string(32, 'A')};
  const auto subject = subject_of(file, question, {});
  EXPECT_EQ(subject.key, md5);
  EXPECT_EQ(subject.md5, md5);
}

TEST(Subject, TheFilesOwnMd5Counts) {
  const stix::Observable file{
      .id = "file--1", .type = "file", .hashes = {{"MD5", std::string(32, '0')}}};
  const Question question{ObjectKind::hash, sha256};
  EXPECT_EQ(subject_of(file, question, answer_with_hashes()).md5, std::string(32, '0'));
}

TEST(Subject, OtherObjectsAreKnownByTheRequestedValue) {
  const stix::Observable url{.id = "url--1", .type = "url", .value = "Example.com/A"};
  const Question question{ObjectKind::url, "http://example.com/A"};
  const auto subject = subject_of(url, question, {});
  EXPECT_EQ(subject.key, "http://example.com/A");
  EXPECT_EQ(subject.md5, "");
}

}  // namespace
}  // namespace enrichment
