#include "text/markdown.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cctype>

namespace text {
namespace {

TEST(EscapeMarkdown, DoesNotChangePlainText) {
  EXPECT_EQ(escape_markdown("Trojan.Win32.Agent (a: b), 100% - \"c\""),
            "Trojan.Win32.Agent (a: b), 100% - \"c\"");
  EXPECT_EQ(escape_markdown("Müller \u4f8b"), "Müller \u4f8b");
  EXPECT_EQ(escape_markdown(""), "");
}

TEST(EscapeMarkdown, AsCellOfATableItStaysOneCell) {
  EXPECT_EQ(escape_markdown("a|b"), "a\\|b");
  EXPECT_EQ(escape_markdown("a\\|b"), "a\\\\\\|b");
  EXPECT_EQ(escape_markdown("C:\\x\\"), "C:\\\\x\\\\");
}

TEST(EscapeMarkdown, MarkupStaysText) {
  EXPECT_EQ(escape_markdown("*a* _b_ `c` ~d~ # !"), "\\*a\\* \\_b\\_ \\`c\\` \\~d\\~ \\# \\!");
  EXPECT_EQ(escape_markdown("[x](javascript:alert(1))"), "\\[x\\](javascript:alert(1))");
  EXPECT_EQ(escape_markdown("![x](https\n)"), "\\!\\[x\\](https )");
}

TEST(EscapeMarkdown, HtmlStaysText) {
  EXPECT_EQ(escape_markdown("<script>alert(1)</script>"), "&lt;script&gt;alert(1)&lt;/script&gt;");
  EXPECT_EQ(escape_markdown("&lt;b&gt;"), "&amp;lt;b&amp;gt;");
  EXPECT_EQ(escape_markdown("<https://evil.example>"), "`<https://evil.example>`");
}

TEST(EscapeMarkdown, ItIsOneLine) {
  EXPECT_EQ(escape_markdown("a\nb\r\nc\td"), "a b c d");
  EXPECT_EQ(escape_markdown("\n\n# a"), "\\# a");
  EXPECT_EQ(escape_markdown(std::string_view("a\0\x7f"
                                             "b",
                                             4)),
            "a b");
}

TEST(EscapeMarkdown, IsCutBetweenCharacters) {
  EXPECT_EQ(escape_markdown(std::string(300, 'a')), std::string(300, 'a'));
  EXPECT_EQ(escape_markdown(std::string(301, 'a')), std::string(297, 'a') + "...");
  // The euro sign has three bytes, so 297 bytes are a whole number of characters.
  std::string euros;
  for (int i = 0; i < 101; ++i) euros += "\u20ac";
  EXPECT_EQ(escape_markdown(euros), euros.substr(0, 297) + "...");
  EXPECT_EQ(escape_markdown("a" + euros), "a" + euros.substr(0, 294) + "...");
  EXPECT_EQ(escape_markdown("ab" + euros), "ab" + euros.substr(0, 294) + "...");
}

// The platform shows notes with remark-gfm, which searches for addresses after it has resolved
// backslashes and entities. It does not search in code.
TEST(EscapeMarkdown, AddressesBecomeCodeAndNotLinks) {
  EXPECT_EQ(escape_markdown("http://evil.example"), "`http://evil.example`");
  EXPECT_EQ(escape_markdown("see HTTPS://evil.example/a"), "`see HTTPS://evil.example/a`");
  EXPECT_EQ(escape_markdown("(WWW.evil.example)"), "`(WWW.evil.example)`");
  EXPECT_EQ(escape_markdown("abuse@evil.example"), "`abuse@evil.example`");
}

TEST(EscapeMarkdown, CodeCannotBeEndedFromWithin) {
  EXPECT_EQ(escape_markdown("a@b ` <i>"), "`` a@b ` <i> ``");
  EXPECT_EQ(escape_markdown("a@b ``c``"), "``` a@b ``c`` ```");
  EXPECT_EQ(escape_markdown("a@b|c"), "`a@b`\\|`c`");
  EXPECT_EQ(escape_markdown("a@b\\|c"), "`a@b\\`\\|`c`");
}

/// What remark-gfm shows of a table row with one column; "?" if it finds another number of columns.
/// A backslash before a backslash or a bar escapes it, and an escaped bar does not end a cell.
std::string shown_by_remark_gfm(std::string_view row) {
  std::string cell;
  std::size_t bars = 0;
  for (std::size_t at = 0; at < row.size(); ++at) {
    if (row[at] == '\\' && at + 1 < row.size() && (row[at + 1] == '\\' || row[at + 1] == '|')) {
      cell += row.substr(at++, 2);
    } else if (row[at] == '|') {
      ++bars;
    } else if (row[at] != '\n') {
      cell += row[at];
    }
  }
  if (bars != 2) return "?";
  cell = cell.substr(1, cell.size() - 2);
  std::string shown;
  for (std::size_t at = 0; at < cell.size(); ++at) {
    if (cell[at] == '\\' && at + 1 < cell.size() && std::ispunct(cell[at + 1]) != 0) {
      shown += cell[++at];
    } else if (cell[at] == '`') {
      const auto run = [&](std::size_t from) {
        return std::min(cell.find_first_not_of('`', from), cell.size()) - from;
      };
      const auto fence = run(at);
      const auto begin = at + fence;
      auto end = begin;
      while (end < cell.size() && run(end) != fence) end += std::max<std::size_t>(run(end), 1);
      if (end >= cell.size()) return "no end of code";
      auto code = cell.substr(begin, end - begin);
      if (code.size() > 2 && code.front() == ' ' && code.back() == ' ') {
        code = code.substr(1, code.size() - 2);
      }
      // In code, too, an escaped bar loses its backslash.
      for (auto bar = code.find("\\|"); bar != std::string::npos; bar = code.find("\\|")) {
        code.erase(bar, 1);
      }
      shown += code;
      at = end + fence - 1;
    } else {
      shown += cell[at];
    }
  }
  return shown;
}

TEST(EscapeMarkdown, NoMixtureOfBackslashesBarsAndBackticksEndsACell) {
  constexpr std::string_view characters = "\\|`a";
  for (std::size_t number = 0; number < 4 * 4 * 4 * 4 * 4 * 4; ++number) {
    std::string text;
    for (std::size_t rest = number, at = 0; at < 6; ++at, rest /= 4) text += characters[rest % 4];
    const auto link = "x@y" + text;
    EXPECT_EQ(shown_by_remark_gfm(markdown_row({escape_markdown(text)})), text);
    EXPECT_EQ(shown_by_remark_gfm(markdown_row({escape_markdown(link)})), link);
  }
}

TEST(MarkdownValue, IsTheValueWhateverItHolds) {
  EXPECT_EQ(markdown_value("198.51.100.1"), "`198.51.100.1`");
  EXPECT_EQ(markdown_value("http://a.example/\\|<b>"), "`http://a.example/\\|<b>`");
  EXPECT_EQ(markdown_value("http://a.example/`x``"), "``` http://a.example/`x`` ```");
  EXPECT_EQ(markdown_value(std::string(2000, 'a')), "`" + std::string(2000, 'a') + "`");
}

TEST(EscapeMarkdown, MarksOfDirectionAreDropped) {
  EXPECT_EQ(escape_markdown("a\u202etxt.exe\u2066"), "atxt.exe");
}

TEST(MarkdownLink, TakesHarmlessHttpsOnly) {
  EXPECT_EQ(markdown_link("Trojan", "https://threats.kaspersky.com/en/threat/x?a=1&b=%20#c"),
            "[Trojan](https://threats.kaspersky.com/en/threat/x?a=1&b=%20#c)");
  for (const auto* url :
       {"", "http://threats.kaspersky.com", "javascript:alert(1)", "HTTPS://x.example",
        "//x.example", " https://x.example", "https://x.example/a b", "https://x.example/a)b",
        "https://x.example/(", "https://x.example/<b>", "https://x.example/\"t\"",
        "https://x.example/\n", "https://x.example/|", "https://x.example/\\",
        "https://x.example/`", "https://x.example/[", "https://\u00fc.example"}) {
    EXPECT_EQ(markdown_link("Trojan", url), "Trojan") << url;
  }
  const std::string base = "https://x.example/";
  EXPECT_NE(markdown_link("a", base + std::string(300 - base.size(), 'a')), "a");
  EXPECT_EQ(markdown_link("a", base + std::string(301 - base.size(), 'a')), "a");
}

TEST(MarkdownLink, ItsTextIsEscaped) {
  EXPECT_EQ(markdown_link("a](b|c", "https://x.example"), "[a\\](b\\|c](https://x.example)");
  EXPECT_EQ(markdown_link("a|b", "ftp://x"), "a\\|b");
}

TEST(MarkdownTable, HasAHeadAndRows) {
  EXPECT_EQ(markdown_head({"A", "B"}) + markdown_row({"1", ""}),
            "| A | B |\n| --- | --- |\n| 1 |  |\n");
}

TEST(Markdown, InvisibleCharactersAreLeftOut) {
  EXPECT_EQ(escape_markdown("a\xC2\x9B"
                            "b\xE2\x80\xAE"
                            "c\xE2\x80\x8B"
                            "d\xE2\x80\xA8"
                            "e\xE2\x81\xA6"
                            "f\xD8\x9C"
                            "g\xEF\xBB\xBF"
                            "h\xE2\x80\x8E"
                            "i\xF3\xA0\x81\x81"
                            "j"),
            "abcdefghij");
  EXPECT_EQ(escape_markdown("\xC2\xA9\xE2\x80\x93\xE2\x82\xAC\xD8\xB9"),
            "\xC2\xA9\xE2\x80\x93\xE2\x82\xAC\xD8\xB9");
}

}  // namespace
}  // namespace text
