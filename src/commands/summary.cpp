#include "commands/summary.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "text/ascii.hpp"

namespace commands {
namespace {

using source::Tone;

constexpr std::size_t label_width = 18;
constexpr std::size_t rating_width = 8;
constexpr std::size_t longest_value = 160;
constexpr std::size_t rows_shown = 5;

Style style_of(Tone tone) {
  switch (tone) {
    case Tone::bad:
      return Style::red;
    case Tone::suspicious:
      return Style::orange;
    case Tone::unwanted:
      return Style::yellow;
    case Tone::unknown:
      return Style::grey;
    case Tone::good:
      return Style::green;
    case Tone::plain:
      break;
  }
  return Style::plain;
}

std::string shown_value(const stix::Observable& observable) {
  return observable.hashes.empty() ? observable.value : observable.hashes.begin()->second;
}

std::string type_of(const stix::Observable& observable) {
  if (!observable.hashes.empty()) return "file";
  if (observable.type == "ipv4-addr" || observable.type == "ipv6-addr") return "address";
  return observable.type == "domain-name" ? "domain" : observable.type;
}

/// Why there is nothing to show.
std::string nothing_text(const LookedUp& looked_up) {
  const bool answered = source::row_of(looked_up.verdict.outcome).answered;
  return answered ? fmt::format("{} knows nothing about it.", looked_up.source)
                  : looked_up.verdict.text;
}

class Writer final {
 public:
  Writer(const Paint& paint, const SummaryOptions& options) : paint_(paint), options_(options) {}

  void line(const std::string& text) { out_ += "  " + text + "\n"; }
  void blank() {
    if (!out_.ends_with("\n\n")) out_ += '\n';
  }

  void field(std::string_view label, std::string_view value) {
    if (value.empty()) return;
    auto shown = padded(printable(label), label_width);
    if (!shown.ends_with(' ')) shown += "  ";
    line(paint_(Style::dim, shown) + printable(value, longest_value));
  }

  void heading(const std::string& title) {
    blank();
    line(paint_(Style::bold, printable(title)));
  }

  void row(const source::Summary::Row& row) {
    auto text =
        paint_(style_of(row.tone), padded(printable(row.rating, rating_width), rating_width));
    bool first = true;
    for (const auto& cell : row.cells) {
      if (cell.empty()) continue;
      const auto shown = printable(cell, longest_value);
      text += (first ? "" : "  ") + (first ? shown : paint_(Style::dim, shown));
      first = false;
    }
    line(text);
  }

  void table(const source::Summary::Table& table) {
    if (!table.title.empty()) heading(table.title);
    for (const auto& [label, value] : table.fields) field(label, value);
    const auto& rows = table.rows;
    const auto most = options_.full ? rows.size() : std::min(rows.size(), rows_shown);
    for (std::size_t at = 0; at < most; ++at) row(rows[at]);
    if (most < rows.size()) {
      line(paint_(Style::dim, fmt::format("… {} more, with --full", rows.size() - most)));
    }
  }

  [[nodiscard]] std::string take() { return std::move(out_); }

 private:
  const Paint& paint_;
  const SummaryOptions& options_;
  std::string out_;
};

/// `RED dangerous, score 100`
std::string headline(const source::Summary& summary, const Paint& paint) {
  const auto style = style_of(summary.tone);
  const auto rating = printable(summary.rating, longest_value);
  auto line = style == Style::plain || rating.empty()
                  ? rating
                  : paint.badge(style, text::upper_case(rating));
  if (!summary.meaning.empty()) {
    line += (line.empty() ? "" : " ") + printable(summary.meaning, longest_value);
  }
  if (!summary.score) return line;
  const auto score = fmt::format("score {}", *summary.score);
  return line.empty() ? paint(style, score) : line + ", " + score;
}

}  // namespace

std::string summary(const LookedUp& looked_up, const Paint& paint, const SummaryOptions& options) {
  Writer out(paint, options);
  out.blank();
  out.line(paint(Style::bold, printable(shown_value(looked_up.observable), longest_value)) + "  " +
           paint(Style::dim, type_of(looked_up.observable)));
  out.blank();
  if (!looked_up.known) {
    out.line(printable(nothing_text(looked_up)));
    return out.take();
  }
  const auto& known = *looked_up.known;
  out.line(headline(known, paint));
  out.blank();
  for (const auto& table : known.tables) out.table(table);
  if (!known.link.empty()) {
    out.blank();
    out.line(paint(Style::dim, printable(known.link)));
  }
  return out.take();
}

std::string summary_line(const LookedUp& looked_up, const Paint& paint) {
  constexpr std::size_t score_width = 5;
  constexpr std::size_t type_width = 9;
  const auto value = printable(shown_value(looked_up.observable), longest_value);
  const auto type = paint(Style::dim, padded(type_of(looked_up.observable), type_width));
  if (!looked_up.known) {
    return fmt::format("{}{}{}{}  {}\n", padded("-", rating_width), padded("", score_width), type,
                       value, paint(Style::dim, printable(nothing_text(looked_up))));
  }
  const auto& known = *looked_up.known;
  const auto score = known.score ? fmt::format("{}", *known.score) : "";
  return fmt::format(
      "{}{}{}{}  {}\n",
      paint(style_of(known.tone), padded(printable(known.rating, rating_width), rating_width)),
      padded(score, score_width), type, value,
      paint(Style::dim, printable(known.remark, longest_value)));
}

}  // namespace commands
