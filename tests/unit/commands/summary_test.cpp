#include "commands/summary.hpp"

#include <gmock/gmock.h>

namespace {

using commands::Paint;
using source::Tone;
using testing::EndsWith;
using testing::HasSubstr;

commands::LookedUp looked_up(source::Summary known) {
  stix::Observable observable;
  observable.type = "ipv4-addr";
  observable.value = "198.51.100.7";
  return {.observable = observable,
          .verdict = {.outcome = source::Outcome::found},
          .known = std::move(known),
          .source = "Example"};
}

/// Each line without its line end.
std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  for (std::size_t at = 0, end = 0; (end = text.find('\n', at)) != std::string::npos;
       at = end + 1) {
    lines.push_back(text.substr(at, end - at));
  }
  return lines;
}

source::Summary tables(std::vector<source::Summary::Table> all) {
  return {.rating = "bad", .tone = Tone::bad, .tables = std::move(all)};
}

TEST(SummaryLayout, SaysHowBadItIsFirst) {
  const auto text =
      summary(looked_up({.rating = "red", .tone = Tone::bad, .meaning = "dangerous", .score = 90}),
              Paint(false), {});
  EXPECT_EQ(text, "\n  198.51.100.7  address\n\n  RED dangerous, score 90\n\n");
}

TEST(SummaryLayout, OfASourceThatOnlyScoresIsTheScore) {
  EXPECT_THAT(summary(looked_up({.tone = Tone::bad, .score = 90}), Paint(false), {}),
              HasSubstr("\n  score 90\n"));
}

TEST(SummaryLayout, HasOneLineForEachThingInAFileOrPipe) {
  const std::string words(150, 'w');
  const auto text =
      summary(looked_up(tables({{.fields = {{"Label", words + " and more"}}}})), Paint(false), {});
  EXPECT_THAT(text, HasSubstr("\n  Label             " + words + " and more\n"));
}

TEST(SummaryLayout, WidensTheColumnOfLabelsForATableAndThoseThatContinueIt) {
  const auto text =
      summary(looked_up(tables({{.title = "First", .fields = {{"Short", "1"}}},
                                {.fields = {{"Registration organization", "2"}, {"", ""}}},
                                {.title = "Second", .fields = {{"Short", "3"}}}})),
              Paint(false), {});
  EXPECT_THAT(text, HasSubstr("\n  Short                      1\n"
                              "  Registration organization  2\n"));
  EXPECT_THAT(text, HasSubstr("\n  Short             3\n"));
}

TEST(SummaryLayout, ColoursAFieldThatHasATone) {
  EXPECT_THAT(
      summary(looked_up(tables({{.fields = {{"Zone", "red", Tone::bad}}}})), Paint(true), {}),
      HasSubstr("\x1b[1;31mred\x1b[0m\n"));
}

TEST(SummaryLayout, IsWrappedAtTheWidthOfATerminal) {
  const auto text = summary(
      looked_up(
          tables({{.fields = {{"Label", "some words that are too many for one line"}},
                   .rows = {{.rating = "red",
                             .cells = {"first", "what is said of it", "and that is a lot"}}}}})),
      Paint(false), {.width = 48});
  for (const auto& line : lines_of(text)) EXPECT_LE(line.size(), 48) << line;
  EXPECT_THAT(text, HasSubstr("\n  Label             some words that are too many\n"
                              "                    for one line\n"));
  EXPECT_THAT(text, HasSubstr("\n  red     first  what is said of it\n"
                              "                 and that is a lot\n"));
}

TEST(SummaryLayout, AlignsColumnsOnATerminal) {
  const auto text = summary(
      looked_up(tables({{.rows = {{.cells = {"a", "one"}}, {.cells = {"longer", "two"}}}}})),
      Paint(false), {.width = 80});
  EXPECT_THAT(text, HasSubstr("          a       one\n          longer  two\n"));
}

TEST(SummaryLayout, PutsTheNotesOnALongItemBelowIt) {
  const std::string url = "https://example.com/" + std::string(60, 'p');
  const auto text = summary(looked_up(tables({{.rows = {{.cells = {url, "10 hits"}}}}})),
                            Paint(false), {.width = 80});
  EXPECT_THAT(text, HasSubstr("          " + url + "\n          10 hits\n"));
}

TEST(SummaryLayout, SaysHowLongAgoSomethingWasOnATerminal) {
  const auto known = looked_up(tables({{.fields = {{"Seen", "2026-11-20 10:00 UTC"}}}}));
  constexpr std::chrono::sys_days today(std::chrono::year(2026) / 11 / 30);
  EXPECT_THAT(summary(known, Paint(false), {.now = today}),
              HasSubstr("2026-11-20 10:00 UTC (9 days ago)\n"));
  EXPECT_THAT(summary(known, Paint(false), {}), HasSubstr("2026-11-20 10:00 UTC\n"));
}

TEST(SummaryLayout, AlignsTheLinesOfSeveralValuesOnATerminal) {
  const auto known = looked_up({.rating = "red", .tone = Tone::bad, .remark = "malware, botnet"});
  EXPECT_EQ(summary_line(known, Paint(false)),
            "red          address  198.51.100.7  malware, botnet\n");
  EXPECT_EQ(summary_line(known, Paint(false), {.width = 80, .value_width = 15}),
            "red          address  198.51.100.7     malware, botnet\n");
  EXPECT_THAT(summary_line(known, Paint(false), {.width = 62, .value_width = 18}),
              EndsWith("malware, botnet\n"));
}

TEST(SummaryLayout, ANotFoundValueIsReportedInTheNameOfTheSource) {
  auto unknown = looked_up({});
  unknown.known.reset();
  unknown.verdict.outcome = source::Outcome::not_found;
  EXPECT_THAT(summary(unknown, Paint(false), {}), HasSubstr("Example knows nothing about it."));
}

}  // namespace
