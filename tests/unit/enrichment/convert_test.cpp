#include "enrichment/convert.hpp"

#include <gmock/gmock.h>

#include "support/hashes.hpp"

namespace enrichment {
namespace {

using kaspersky::Zone;
using support::md5;
using support::sha1;
using support::sha256;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

// The id of an organization with this name, calculated beforehand.
const std::string calculated_author_id = "identity--204d1078-cb63-5ef2-b6ae-aef1df5bb8a9";

Options zones_scored() {
  Options out;
  out.scores = {{Zone::red, 100}, {Zone::grey, 20}, {Zone::green, 0}};
  return out;
}
const Options options = zones_scored();
const Context unmarked{{}, "2026-11-24T00:00:00.000Z"};
const Question asked_by_sha256{kaspersky::ObjectKind::hash, sha256};

stix::Observable file() {
  return {.id = "file--1", .type = "file", .hashes = {{"SHA-256", sha256}}};
}

kaspersky::Answer red_answer() {
  kaspersky::Answer answer;
  answer.zone = Zone::red;
  answer.file =
      kaspersky::FileGeneralInfo{.md5 = md5, .sha1 = sha1, .sha256 = sha256, .size = 1234};
  answer.general.categories = {"CATEGORY_MALWARE"};
  return answer;
}

Enrichment converted(const kaspersky::Answer& answer, const stix::Observable& observable = file()) {
  auto out = convert(answer, observable, asked_by_sha256, options, unmarked);
  EXPECT_TRUE(out) << out.error();
  return out.value_or(Enrichment{});
}

TEST(Convert, AMaliciousFileGetsScoreHashesSizeLabelsAndReference) {
  const auto out = converted(red_answer());
  const auto& update = out.update;
  EXPECT_EQ(update.score, 100);
  EXPECT_EQ(update.hashes, (stix::Hashes{{"MD5", md5}, {"SHA-1", sha1}, {"SHA-256", sha256}}));
  EXPECT_EQ(update.size, 1234);
  EXPECT_THAT(update.labels, ElementsAre("kaspersky:red", "malware"));
  ASSERT_EQ(update.external_references.size(), 1U);
  EXPECT_EQ(update.external_references[0]["url"],
            "https://tip.kaspersky.com/search?searchString=" + sha256);
  EXPECT_THAT(out.warnings, IsEmpty());
}

TEST(Convert, AnObservableWithoutAnAuthorGetsOursAndTheObjectItPointsAt) {
  const auto out = converted(red_answer());
  EXPECT_EQ(out.update.created_by_ref, calculated_author_id);
  ASSERT_EQ(out.objects.size(), 1U);
  EXPECT_EQ(out.objects[0]["id"], calculated_author_id);
  EXPECT_EQ(out.objects[0]["name"], "Kaspersky Enrichment");
}

TEST(Convert, AnAuthorThatIsThereStays) {
  auto authored = file();
  authored.created_by_ref = "identity--somebody";
  const auto out = converted(red_answer(), authored);
  EXPECT_EQ(out.update.created_by_ref, std::nullopt);
  EXPECT_THAT(out.objects, IsEmpty());
}

TEST(Convert, OursIsSentAgain) {
  auto authored = file();
  authored.created_by_ref = calculated_author_id;
  EXPECT_EQ(converted(red_answer(), authored).update.created_by_ref, calculated_author_id);
}

TEST(Convert, AZoneWithoutAScoreLeavesTheScore) {
  auto answer = red_answer();
  answer.zone = Zone::yellow;
  const auto out = converted(answer);
  EXPECT_EQ(out.update.score, std::nullopt);
  EXPECT_THAT(out.update.labels, ElementsAre("kaspersky:yellow", "malware"));
}

TEST(Convert, AGreenFileHasTheScoreZero) {
  auto answer = red_answer();
  answer.zone = Zone::green;
  EXPECT_EQ(converted(answer).update.score, 0);
}

TEST(Convert, AnAnswerWithNothingInItIsOnlyAReference) {
  const auto out = converted({});
  EXPECT_EQ(out.update.score, std::nullopt);
  EXPECT_THAT(out.update.labels, IsEmpty());
  EXPECT_THAT(out.update.hashes, IsEmpty());
  EXPECT_EQ(out.update.external_references.size(), 1U);
}

TEST(Convert, AHashThatContradictsTheObservablesOwnIsLeftOut) {
  auto other = file();
  other.hashes["MD5"] = std::string(32, '0');
  const auto out = converted(red_answer(), other);
  EXPECT_EQ(out.update.hashes, (stix::Hashes{{"SHA-1", sha1}, {"SHA-256", sha256}}));
  EXPECT_THAT(out.warnings, ElementsAre(HasSubstr("MD5")));
}

TEST(Convert, TheSameHashInUpperCaseIsNotAContradiction) {
  auto upper = file();
  upper.hashes["MD5"] = std::string(32, 'A');
  const auto out = converted(red_answer(), upper);
  EXPECT_EQ(out.update.hashes.at("MD5"), md5);
  EXPECT_THAT(out.warnings, IsEmpty());
}

TEST(Convert, AnAnswerAboutAnotherFileIsRejected) {
  auto answer = red_answer();
  answer.file->sha256 = std::string(64, 'd');
  const auto out = convert(answer, file(), asked_by_sha256, options, unmarked);
  ASSERT_FALSE(out);
  EXPECT_THAT(out.error(), HasSubstr("another file"));
}

TEST(Convert, AnArtifactGetsNoSize) {
  auto artifact = file();
  artifact.type = "artifact";
  const auto out = converted(red_answer(), artifact);
  EXPECT_EQ(out.update.size, std::nullopt);
  EXPECT_EQ(out.update.hashes.size(), 3U);
  EXPECT_THAT(out.warnings, testing::IsEmpty());
}

TEST(Convert, ASizeThatThePlatformCannotStoreIsLeftOut) {
  auto answer = red_answer();
  answer.file->size = 2147483647;
  EXPECT_EQ(converted(answer).update.size, 2147483647);
  answer.file->size = 2147483648;
  const auto out = converted(answer);
  EXPECT_EQ(out.update.size, std::nullopt);
  EXPECT_THAT(out.warnings, ElementsAre(HasSubstr("2147483648")));
}

TEST(Convert, OdditiesOfTheReaderBecomeWarnings) {
  auto answer = red_answer();
  answer.oddities = {"Zone: unknown"};
  EXPECT_THAT(converted(answer).warnings, ElementsAre("Zone: unknown"));
}

TEST(Convert, TheSameInputGivesTheSameBytes) {
  const auto first = converted(red_answer());
  const auto second = converted(red_answer());
  EXPECT_EQ(first.objects[0].dump(), second.objects[0].dump());
}

}  // namespace
}  // namespace enrichment
