#include "enrichment/notes.hpp"

#include <gmock/gmock.h>

#include "enrichment/author.hpp"

namespace enrichment {
namespace {

using kaspersky::Cells;
using kaspersky::FactSheet;
using nlohmann::json;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::SizeIs;

FactSheet detections(std::vector<Cells> rows) {
  return {"DetectionsInfo",
          {"LastDetectDate", "Zone", "DetectionName", "DetectionMethod", "DescriptionUrl"},
          std::move(rows)};
}
FactSheet list(std::string_view section, std::vector<Cells> rows) {
  return {section, {"Field", "Value"}, std::move(rows)};
}
Cells detection(const std::string& name, const std::string& zone, const std::string& date,
                const std::string& url = {}) {
  return {date, zone, name, "", url};
}

class NotesTest : public testing::Test {
 protected:
  static std::vector<json> without_author(source::Builder& builder) {
    auto made = builder.take();
    std::erase(made.objects, author().identity());
    return std::move(made.objects);
  }
  std::vector<json> notes() {
    const source::Request request{.observable = observable};
    source::Builder builder(author(), request);
    add_notes(answer, related, subject_of(observable, question, answer), options, builder);
    return without_author(builder);
  }
  std::string content() {
    const auto all = notes();
    EXPECT_THAT(all, SizeIs(1));
    // The note is stored without its last line end.
    return all.at(0)["content"].get<std::string>() + '\n';
  }

  kaspersky::Answer answer;
  std::vector<RelatedTable> related;
  Options options;
  stix::Observable observable{.id = "url--1", .type = "url", .value = "http://example.com"};
  Question question{kaspersky::ObjectKind::url, "http://example.com"};
};

TEST_F(NotesTest, NothingToReportMakesNoNote) { EXPECT_THAT(notes(), IsEmpty()); }

TEST_F(NotesTest, EachTopicHasANote) {
  answer.facts = {list("UrlGeneralInfo", {{"FilesCount", "7"}}),
                  list("UrlDomainWhoIs", {{"Registrar Info", "R"}}),
                  list("FeedMasks", {{"x", "y"}}),
                  detections({detection("Trojan", "red", "2021-05-27T00:00:00.000Z")}),
                  list("IpWhoIs", {{"Net Name", "N"}})};
  const auto all = notes();
  ASSERT_THAT(all, SizeIs(3));
  EXPECT_EQ(all[0]["abstract"], "Kaspersky Detections Info: http://example.com");
  EXPECT_EQ(all[1]["abstract"], "Kaspersky WHOIS: http://example.com");
  EXPECT_EQ(all[2]["abstract"], "Kaspersky details: http://example.com");
  EXPECT_THAT(all[1]["content"], HasSubstr("| Registrar info | R |"));
  EXPECT_THAT(all[1]["content"], HasSubstr("| Net name | N |"));
  EXPECT_THAT(all[2]["content"], HasSubstr("**URL general info**"));
  EXPECT_THAT(all[2]["content"],
              HasSubstr("| Field | Value |\n| --- | --- |\n| Files count | 7 |"));
}

TEST_F(NotesTest, ANoteIsOnTheObservableAndHasItsProvenance) {
  answer.facts = {list("UrlGeneralInfo", {{"FilesCount", "7"}})};
  const auto note = notes().at(0);
  EXPECT_EQ(note["object_refs"], json::array({"url--1"}));
  EXPECT_EQ(note["created_by_ref"], author_id());
  EXPECT_EQ(note["object_marking_refs"], json::array({stix::marking_id(stix::Tlp::amber)}));
  EXPECT_EQ(note["created"], source::standard_created);
}

TEST_F(NotesTest, DetectionsAreAsOldAsTheLatest) {
  answer.facts = {
      detections({detection("A", "red", "2026-05-27T00:00:00.000Z"),
                  detection("B", "red", "2026-06-27T00:00:00.000Z"), detection("C", "red", "")})};
  EXPECT_EQ(notes().at(0)["created"], "2026-06-27T00:00:00.000Z");
}

TEST_F(NotesTest, IdsDependNeitherOnTheAnswerNorOnNamesInThePlatform) {
  answer.facts = {detections({detection("A", "red", "")}), list("FilePaths", {{"a", "b"}}),
                  list("IpWhoIs", {{"a", "b"}})};
  const auto before = notes();
  answer.facts[0].rows.push_back(detection("B", "red", "2026-05-27T00:00:00.000Z"));
  answer.facts[1].rows.push_back({"c", "d"});
  observable.id = "url--renamed";
  const auto after = notes();
  ASSERT_THAT(after, SizeIs(3));
  for (std::size_t i = 0; i < 3; ++i) EXPECT_EQ(before[i]["id"], after[i]["id"]);
  EXPECT_NE(after[0]["id"], after[1]["id"]);
  EXPECT_NE(after[1]["id"], after[2]["id"]);
}

TEST_F(NotesTest, AnotherObjectHasOtherNotes) {
  answer.facts = {list("FilePaths", {{"a", "b"}})};
  const auto id = notes().at(0)["id"];
  question.value = "http://other.example";
  EXPECT_NE(notes().at(0)["id"], id);
}

TEST_F(NotesTest, TheMostDangerousComesFirstAndOfTheseTheLatest) {
  answer.facts = {detections({detection("Aa", "green", "2026"), detection("Bb", "", "2026"),
                              detection("Cc", "red", "2020"), detection("Dd", "red", "2021"),
                              detection("Ee", "orange", "2026")})};
  const auto text = content();
  const auto place = [&](const char* name) { return text.find(name); };
  EXPECT_LT(place("Dd"), place("Cc"));
  EXPECT_LT(place("Cc"), place("Ee"));
  EXPECT_LT(place("Ee"), place("Aa"));
  EXPECT_LT(place("Aa"), place("Bb"));
  EXPECT_NE(place("Bb"), std::string::npos);
}

TEST_F(NotesTest, RowsBeyondTheLimitAreCounted) {
  options.rows = 2;
  answer.facts = {detections({detection("Aa", "green", ""), detection("Bb", "red", ""),
                              detection("Cc", "", ""), detection("Dd", "orange", "")})};
  EXPECT_THAT(content(), HasSubstr("\n2 more\n"));
  EXPECT_THAT(content(), HasSubstr("Dd"));
  EXPECT_THAT(content(), Not(HasSubstr("Aa")));
}

TEST_F(NotesTest, ADetectionLinksToItsDescription) {
  answer.facts = {detections({detection("Trojan.A", "red", "", "https://threats.kaspersky.com/a"),
                              detection("Trojan.B", "red", "", "http://evil.example/b"),
                              detection("Trojan.C", "red", "", "javascript:alert(1)")})};
  EXPECT_THAT(content(), HasSubstr("| [Trojan.A](https://threats.kaspersky.com/a) |"));
  EXPECT_THAT(content(), HasSubstr("| Trojan.B |"));
  EXPECT_THAT(content(), HasSubstr("| Trojan.C |"));
  EXPECT_THAT(content(), Not(HasSubstr("evil.example")));
  EXPECT_THAT(content(), Not(HasSubstr("javascript")));
  EXPECT_THAT(content(),
              HasSubstr("| Last detect date | Zone | Detection name | Detection method |\n"));
}

TEST_F(NotesTest, CellsAreText) {
  answer.facts = {list("FilePaths", {{"a|b\n| c", "<img src=x>"}})};
  EXPECT_THAT(content(), HasSubstr("| a\\|b \\| c | &lt;img src\\=x&gt; |\n"));
}

TEST_F(NotesTest, TheTextHasTheWholeValue) {
  question.value = "http://example.com/[x](https://y.example)|<b>\\|";
  answer.facts = {list("FilePaths", {{"a", "b"}})};
  EXPECT_THAT(content(), HasSubstr("url `" + question.value + "`\n"));
  EXPECT_EQ(notes().at(0)["abstract"], "Kaspersky details: " + question.value);
  question.value += std::string(1900, 'a');
  EXPECT_THAT(content(), HasSubstr("url `" + question.value + "`\n"));
}

TEST_F(NotesTest, TheAbstractSaysWhereItIsCut) {
  question.value = "http://example.com/" + std::string(1900, 'a');
  answer.facts = {list("FilePaths", {{"a", "b"}})};
  const auto abstract = notes().at(0)["abstract"].get<std::string>();
  EXPECT_THAT(abstract, SizeIs(testing::Lt(450)));
  EXPECT_THAT(abstract, testing::EndsWith("aaa... (cut)"));
}

TEST_F(NotesTest, TheSizeIsBounded) {
  const Cells row{std::string(1000, '&'), std::string(1000, '|')};
  for (const auto* section : {"FilePaths", "FeedMasks", "FileCertificates"}) {
    answer.facts.push_back(list(section, std::vector<Cells>(200, row)));
  }
  answer.general.reports.assign(200, {"id", std::string(1000, '<')});
  options.rows = 1000;
  EXPECT_THAT(content(), SizeIs(testing::Lt(300'000)));
  EXPECT_THAT(content(), HasSubstr(" more\n"));
}

TEST_F(NotesTest, ReportsAndRelatedObjectsAreDetails) {
  answer.general.reports = {{"1", "The [attack]"}, {"id-2", ""}};
  related = {{{"FilesDownloaded", {"Object", "Remarks"}, {{"a", "detected as X|Y"}}}, 37}};
  EXPECT_THAT(content(), HasSubstr("- The \\[attack\\]\n- id-2\n"));
  EXPECT_THAT(content(), HasSubstr("**Files downloaded**"));
  EXPECT_THAT(content(), HasSubstr("| a | detected as X\\|Y |\n\n37 more\n"));
}

TEST_F(NotesTest, TablesOfOneSectionHaveOneHeading) {
  answer.facts = {list("IpWhoIs", {{"Net Name", "N"}}), {"IpWhoIs", {"Email"}, {{"a"}}}};
  const auto text = content();
  EXPECT_NE(text.find("**IP WHOIS**"), std::string::npos);
  EXPECT_EQ(text.find("**IP WHOIS**"), text.rfind("**IP WHOIS**"));
}

TEST_F(NotesTest, AllFieldsAreInTheNoteHoweverLowTheLimitOfRows) {
  options.rows = 1;
  answer.facts = {list("FileGeneralInfo", {{"Packer", "UPX"}, {"FirstSeen", "x"}})};
  EXPECT_THAT(content(), HasSubstr("| First seen | x |"));
}

TEST_F(NotesTest, TheNoteOfNotFoundIsReplacedByTheFirstResult) {
  const source::Request request{.observable = observable};
  source::Builder builder(author(), request);
  add_not_found_note(subject_of(observable, question, {}), builder);
  const auto note = without_author(builder).at(0);
  EXPECT_THAT(note["content"], HasSubstr("Kaspersky knows nothing about this object."));
  EXPECT_EQ(note["object_refs"], json::array({"url--1"}));
  answer.facts = {list("FilePaths", {{"a", "b"}})};
  EXPECT_EQ(note["id"], notes().at(0)["id"]);
}

}  // namespace
}  // namespace enrichment
