#include "text/markdown.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "text/ascii.hpp"
#include "text/hidden.hpp"
#include "text/utf8.hpp"

namespace text {
namespace {

constexpr std::size_t longest_text = 300;
// The longest URL that is looked up: 2,000 characters of up to four bytes.
constexpr std::size_t longest_value = 8000;

constexpr std::string_view url_characters =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~:/?#@!$&'*+,;=%";

std::string_view escaped(char c) {
  switch (c) {
    case '&':
      return "&amp;";
    case '<':
      return "&lt;";
    case '>':
      return "&gt;";
    default:
      return {};
  }
}

/// Whether a Markdown renderer turns the text into a link; an escape cannot prevent that.
bool looks_like_a_link(std::string_view text) {
  return text.find("://") != std::string_view::npos || text.find('@') != std::string_view::npos ||
         text::lower_case(text).find("www.") != std::string::npos;
}

/// The text as code: between more backticks than it has in a row. Inside, only the bar that ends a
/// table cell has a meaning.
std::string code(std::string_view text) {
  if (text.empty()) return {};
  std::size_t longest = 0;
  std::size_t run = 0;
  for (const char c : text) {
    run = c == '`' ? run + 1 : 0;
    longest = std::max(longest, run);
  }
  const std::string fence(longest + 1, '`');
  // A renderer removes one blank at both ends, unless the text is all blanks.
  const bool blanks = text.front() == ' ' && text.back() == ' ' &&
                      text.find_first_not_of(' ') != std::string_view::npos;
  const std::string_view space = longest > 0 || blanks ? " " : "";
  return fmt::format("{0}{1}{2}{1}{0}", fence, space, text);
}

/// Bars are put between pieces of code. Inside code a bar that follows a backslash cannot be
/// escaped: table parsers read the two backslashes as a pair, and the bar as the end of the cell.
std::string code_in_cell(std::string_view text) {
  std::string out;
  for (;;) {
    const auto bar = text.find('|');
    out += code(text.substr(0, bar));
    if (bar == std::string_view::npos) return out;
    out += "\\|";
    text.remove_prefix(bar + 1);
  }
}

/// On one line, without control characters and hidden characters.
std::string plain_line(std::string_view text, std::size_t longest) {
  std::string out;
  const auto line = shortened(text, longest);
  for (std::size_t at = 0; at < line.size();) {
    const auto [code, length, valid] = first_character(std::string_view(line).substr(at));
    const bool control = code < 0x20 || code == 0x7F;
    if (!valid || !is_hidden(code)) {
      out.append(line, at, length);
    } else if (control && !out.empty() && out.back() != ' ') {
      out += ' ';
    }
    at += length;
  }
  return out;
}

}  // namespace

std::string escape_markdown(std::string_view text) {
  auto line = plain_line(text, longest_text);
  if (looks_like_a_link(line)) return code_in_cell(line);
  constexpr std::string_view special = "\\|*_`[]~!#=&<>";
  if (line.find_first_of(special) == std::string::npos) return line;
  std::string out;
  for (const char c : line) {
    if (const auto entity = escaped(c); !entity.empty()) {
      out += entity;
      continue;
    }
    if (special.find(c) != std::string_view::npos) out += '\\';
    out += c;
  }
  return out;
}

std::string markdown_value(std::string_view text) { return code(plain_line(text, longest_value)); }

std::string markdown_link(std::string_view text, std::string_view url) {
  const bool harmless = url.starts_with("https://") && url.size() <= longest_text &&
                        url.find_first_not_of(url_characters) == std::string_view::npos;
  if (!harmless) return escape_markdown(text);
  return fmt::format("[{}]({})", text.empty() ? "description" : escape_markdown(text), url);
}

std::string markdown_row(const std::vector<std::string>& cells) {
  return fmt::format("| {} |\n", fmt::join(cells, " | "));
}

std::string markdown_head(const std::vector<std::string>& cells) {
  return markdown_row(cells) + markdown_row(std::vector<std::string>(cells.size(), "---"));
}

}  // namespace text
