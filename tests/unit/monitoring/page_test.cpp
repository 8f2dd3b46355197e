#include "monitoring/page.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>

#include <regex>

#include "source/outcome.hpp"

namespace monitoring {
namespace {

using testing::HasSubstr;
using testing::Not;

constexpr auto ratings =
    std::to_array<source::Rating>({{"high", source::Tone::bad}, {"low", source::Tone::good}});
const source::Product abuse_list{.program = "abuse-list",
                                 .source = "Abuse",
                                 .service = "Abuse </script>List",
                                 .title = "<Abuse> & more",
                                 .prefix = "ABUSE_",
                                 .ratings = {.word = "grade", .all = ratings}};

Page page() { return status_page(abuse_list); }

TEST(Page, NamesTheProduct) {
  const auto html = page().html;
  EXPECT_THAT(html, HasSubstr("<title>&lt;Abuse> &amp; more</title>"));
  EXPECT_THAT(html, HasSubstr("Requests to Abuse today"));
  EXPECT_THAT(html, HasSubstr("Grades since the start"));
  EXPECT_THAT(html, HasSubstr(R"({"tone":"bad","word":"high"})"));
  EXPECT_THAT(html, HasSubstr(R"(Abuse \u003c/script>List)"));
  EXPECT_THAT(html, Not(testing::ContainsRegex("\\{\\{[a-zA-Z]")));
  EXPECT_THAT(html, Not(HasSubstr("aspersky")));
}

TEST(Page, IsOneDocument) {
  const auto html = page().html;
  EXPECT_TRUE(html.starts_with("<!doctype html>"));
  EXPECT_THAT(html, Not(HasSubstr("/* page.")));
  EXPECT_THAT(html, HasSubstr("prefers-color-scheme: dark"));
  EXPECT_THAT(html, HasSubstr("'use strict'"));
}

TEST(Page, LoadsNothingFromElsewhere) {
  auto html = page().html;
  // Namespaces are only names: a browser does not load them.
  html = std::regex_replace(html, std::regex("http://www\\.w3\\.org/2000/svg"), "");
  EXPECT_THAT(html, Not(HasSubstr("http://")));
  EXPECT_THAT(html, Not(HasSubstr("https://")));
  EXPECT_THAT(html, Not(HasSubstr("@import")));
}

TEST(Page, MakesNoMarkupOfTexts) {
  const auto html = page().html;
  for (const auto* way :
       {"innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval("}) {
    EXPECT_THAT(html, Not(HasSubstr(way)));
  }
  EXPECT_FALSE(std::regex_search(html, std::regex("<[a-z][^>]* (on[a-z]+|style)=")));
}

TEST(Page, ExplainsEachOutcomeAsTheTableDoes) {
  const auto html = page().html;
  for (const auto outcome : source::all_outcomes()) {
    const auto& row = source::row_of(outcome);
    EXPECT_THAT(html, HasSubstr(fmt::format(R"("{}":"{}")", row.name, row.meaning)));
  }
}

TEST(Page, ItsPolicyNamesItsOwnScriptAndStyleAlone) {
  const auto policy = page().policy;
  EXPECT_THAT(policy, HasSubstr("default-src 'none'; script-src 'sha256-"));
  EXPECT_THAT(policy, HasSubstr("style-src 'sha256-"));
  EXPECT_THAT(policy, HasSubstr("frame-ancestors 'none'"));
  EXPECT_THAT(policy, Not(HasSubstr("unsafe")));
}

}  // namespace
}  // namespace monitoring
