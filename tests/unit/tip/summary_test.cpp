#include "commands/summary.hpp"

#include <gmock/gmock.h>

#include <algorithm>

#include "commands/observed_value.hpp"
#include "support/samples.hpp"
#include "tip/product.hpp"
#include "tip/saved_answer.hpp"
#include "tip/wording.hpp"

namespace {

using commands::Paint;
using support::sample;
using testing::HasSubstr;
using testing::Not;

tl::expected<stix::Observable, std::string> observable_of(std::string_view text) {
  tip::Options options;
  return commands::observable_of(text, tip::product(options));
}

commands::LookedUp look_up(const std::string& answer, std::string_view value = {}) {
  enrichment::Options options;
  options.scores = {{kaspersky::Zone::red, 100}};
  const auto subject = value.empty() ? tip::subject_in(answer) : std::string(value);
  return commands::look_up_in(tip::saved_answers(options), tip::source_name, answer,
                              observable_of(subject).value());
}

TEST(Summary, ShowsZoneScoreLabelsAndDetails) {
  const auto text = summary(look_up(sample("file/malicious")), Paint(false), {});
  for (const auto* part :
       {"RED dangerous, score 100", "kaspersky:red, malware", "483,328 bytes", "1,000 hits",
        "expires 2027-01-01", "HEUR:Trojan.Win32.Example.gen",
        "Example report: activity of ExampleBear", "malware.example.com/drop/invoice_2026.exe",
        "Finance, Government", "https://tip.kaspersky.com/search"}) {
    EXPECT_THAT(text, HasSubstr(part));
  }
  EXPECT_THAT(text, Not(HasSubstr("\x1b")));
}

TEST(Summary, SeparatesTheThousandsOfEveryCount) {
  const auto text = summary(look_up(sample("domain/full")), Paint(false), {.full = true});
  for (const auto* part : {"10,000", "1,000 hits"}) EXPECT_THAT(text, HasSubstr(part));
  EXPECT_THAT(text, Not(HasSubstr("1000")));
}

TEST(Summary, NamesWhatWouldBeUnclear) {
  const auto file = summary(look_up(sample("file/full")), Paint(true), {});
  for (const auto* part : {"vendor Example Root CA",
                           "publisher Example Installer Ltd.  serial 0F0E", "\x1b[1;31mred\x1b"}) {
    EXPECT_THAT(file, HasSubstr(part));
  }
  const auto domain = summary(look_up(sample("domain/full")), Paint(false), {});
  for (const auto* part : {"malware.example.com/*  type 1  Malicious URL", "Files downloaded (2)\n",
                           "Files downloaded, URLs (2)\n"}) {
    EXPECT_THAT(domain, HasSubstr(part));
  }
}

TEST(Summary, IsInColoursWhereTheyAreWanted) {
  EXPECT_THAT(summary(look_up(sample("file/malicious")), Paint(true), {}),
              HasSubstr("\x1b[1;97;41m RED \x1b[0m"));
}

TEST(Summary, OneLineForEachOfSeveral) {
  const auto line = summary_line(look_up(sample("file/malicious")), Paint(false));
  EXPECT_THAT(line, testing::StartsWith("red     100  file     bad0bad1bad2"));
  EXPECT_EQ(std::count(line.begin(), line.end(), '\n'), 1);
}

TEST(Summary, NothingOfAnAnswerReachesTheTerminalUnescaped) {
  for (const auto* path : {"file/hostile", "file/hostile-rows", "domain/hostile", "ip/hostile",
                           "url/hostile", "file/wrong-types", "ip/all-null"}) {
    const auto answer = sample(path);
    auto subject = tip::subject_in(answer);
    if (!observable_of(subject)) subject = "203.0.113.9";
    const auto looked_up = look_up(answer, subject);
    for (const auto& text : {summary(looked_up, Paint(false), {.full = true}),
                             summary_line(looked_up, Paint(false))}) {
      for (const unsigned char c : text) EXPECT_TRUE(c == '\n' || c >= ' ') << path;
      EXPECT_THAT(text, Not(HasSubstr("\x7f")));
      EXPECT_THAT(text, Not(HasSubstr("\xe2\x80\xae")));
    }
  }
}

TEST(Summary, LongListsAreCutUnlessAllIsWanted) {
  auto answer = nlohmann::json::parse(sample("file/malicious"));
  for (int number = 0; number < 20; ++number) {
    answer["FileDownloadedFromUrls"].push_back(
        {{"Zone", "Grey"}, {"Url", "example.com/" + std::to_string(number)}});
  }
  const auto looked_up = look_up(answer.dump());
  EXPECT_THAT(summary(looked_up, Paint(false), {}), HasSubstr("… 17 more, with --full"));
  EXPECT_THAT(summary(looked_up, Paint(false), {.full = true}), HasSubstr("example.com/19"));
}

TEST(Summary, NotFoundIsSaid) {
  const commands::LookedUp unknown{.observable = observable_of("example.com").value(),
                                   .verdict = {.outcome = source::Outcome::not_found},
                                   .source = tip::source_name};
  EXPECT_THAT(summary(unknown, Paint(false), {}), HasSubstr("Kaspersky knows nothing about it."));
  EXPECT_EQ(commands::bundle_of(unknown), "null");
}

TEST(Summary, TheBundleIsThatOfTheConnector) {
  const auto bundle = nlohmann::json::parse(commands::bundle_of(look_up(sample("file/malicious"))));
  EXPECT_EQ(bundle["type"], "bundle");
  EXPECT_TRUE(std::any_of(bundle["objects"].begin(), bundle["objects"].end(),
                          [](const auto& object) { return object["type"] == "file"; }));
}

}  // namespace
