#include "commands/summary.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <span>
#include <utility>
#include <vector>

#include "commands/relative_time.hpp"
#include "text/ascii.hpp"

namespace commands {
namespace {

using source::Tone;

constexpr std::size_t label_width = 18;
constexpr std::size_t max_label_width = 30;
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

std::string type_of(const stix::Observable& observable) {
  if (!observable.hashes.empty()) return "file";
  if (observable.type == "ipv4-addr" || observable.type == "ipv6-addr") return "address";
  return observable.type == "domain-name" ? "domain" : observable.type;
}

/// The text if there is nothing to show.
std::string nothing_text(const LookedUp& looked_up) {
  const bool answered = source::row_of(looked_up.verdict.outcome).answered();
  return answered ? fmt::format("{} knows nothing about it.", looked_up.source)
                  : looked_up.verdict.text;
}

/// Narrower columns are not wrapped: they would be harder to read than long lines.
constexpr std::size_t narrowest = 20;

class Writer final {
 public:
  Writer(const Paint& paint, const SummaryOptions& options) : paint_(paint), options_(options) {}

  void line(const std::string& text) { out_ += "  " + text + "\n"; }
  void blank() {
    if (!out_.ends_with("\n\n")) out_ += '\n';
  }
  /// Text for people to read.
  void prose(const std::string& printable_text) {
    for (const auto& part : lines_of(printable_text, 0)) line(part);
  }

  void field(const source::Summary::Field& field, std::size_t width) {
    if (field.value.empty()) return;
    auto shown = padded(printable(field.label), width);
    if (!shown.ends_with(' ')) shown += "  ";
    behind(paint_(Style::dim, shown), width_of(shown), dated(field.value), style_of(field.tone));
  }

  void heading(const std::string& title) {
    blank();
    line(paint_(Style::bold, printable(title)));
  }

  void tables(std::span<const source::Summary::Table> all) {
    std::size_t width = label_width;
    for (std::size_t at = 0; at < all.size(); ++at) {
      if (at == 0 || !all[at].title.empty()) width = width_of_labels(all.subspan(at));
      table(all[at], width);
    }
  }

  [[nodiscard]] std::string take() { return std::move(out_); }

 private:
  static constexpr std::size_t margin = 2;

  /// Of the first table and of those that continue it.
  [[nodiscard]] static std::size_t width_of_labels(std::span<const source::Summary::Table> all) {
    std::size_t width = label_width;
    for (std::size_t at = 0; at < all.size() && (at == 0 || all[at].title.empty()); ++at) {
      for (const auto& field : all[at].fields) {
        if (!field.value.empty()) width = std::max(width, width_of(printable(field.label)) + 2);
      }
    }
    return std::min(width, max_label_width);
  }

  void table(const source::Summary::Table& table, std::size_t labels) {
    if (!table.title.empty()) heading(table.title);
    for (const auto& one : table.fields) field(one, labels);
    const auto& rows = table.rows;
    const auto most = options_.full ? rows.size() : std::min(rows.size(), rows_shown);
    const auto width = width_of_first_cells(std::span(rows).first(most));
    for (std::size_t at = 0; at < most; ++at) row(rows[at], width);
    if (most < rows.size()) {
      line(paint_(Style::dim, fmt::format("… {} more, with --full", rows.size() - most)));
    }
  }

  /// A value; a time is followed by the relative time.
  [[nodiscard]] std::string dated(std::string_view value) const {
    auto shown = printable(value, longest_value);
    if (!options_.now) return shown;
    const auto ago = relative_time(shown, *options_.now);
    return ago.empty() ? shown : fmt::format("{} ({})", shown, ago);
  }

  /// The remarks of a row about its first cell.
  [[nodiscard]] std::string remarks(const source::Summary::Row& row) const {
    std::string text;
    bool first = true;
    for (const auto& cell : row.cells) {
      if (cell.empty()) continue;
      if (!first) text += (text.empty() ? "" : "  ") + dated(cell);
      first = false;
    }
    return text;
  }
  [[nodiscard]] static std::string first_cell(const source::Summary::Row& row) {
    const auto cell = std::find_if(row.cells.begin(), row.cells.end(),
                                   [](const std::string& text) { return !text.empty(); });
    return cell == row.cells.end() ? std::string() : printable(*cell, longest_value);
  }

  /// Maximum half of the terminal; zero if columns are not aligned.
  [[nodiscard]] std::size_t width_of_first_cells(std::span<const source::Summary::Row> rows) const {
    if (!options_.width) return 0;
    std::size_t width = 0;
    for (const auto& row : rows) {
      if (!remarks(row).empty()) width = std::max(width, width_of(first_cell(row)));
    }
    return std::min(width, *options_.width / 2);
  }

  void row(const source::Summary::Row& row, std::size_t first_width) {
    const auto rating =
        paint_(style_of(row.tone), padded(printable(row.rating, rating_width), rating_width));
    const auto first = first_cell(row);
    const auto rest = remarks(row);
    if (rest.empty()) {
      behind(rating, rating_width, first, Style::plain);
    } else if (width_of(first) > first_width && options_.width) {
      behind(rating, rating_width, first, Style::plain);
      behind(std::string(rating_width, ' '), rating_width, rest, Style::dim);
    } else {
      const auto front = padded(first, first_width) + "  ";
      behind(rating + front, rating_width + width_of(front), rest, Style::dim);
    }
  }

  /// @param used characters of the line before the text
  [[nodiscard]] std::vector<std::string> lines_of(const std::string& text, std::size_t used) const {
    const bool wraps = options_.width && *options_.width >= margin + used + narrowest;
    if (!wraps) return {text};
    return wrapped(text, *options_.width - margin - used);
  }

  /// Prints further lines of the text below the first one.
  void behind(std::string front, std::size_t front_width, const std::string& text, Style style) {
    for (const auto& part : lines_of(text, front_width)) {
      line(front + paint_(style, part));
      front.assign(front_width, ' ');
    }
  }

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

SummaryOptions options_for_output() {
  SummaryOptions options;
  options.width = columns_of(stdout);
  if (is_terminal(stdout)) options.now = std::chrono::system_clock::now();
  return options;
}

std::string shown_value(const stix::Observable& observable) {
  return printable(observable.hashes.empty() ? observable.value : observable.hashes.begin()->second,
                   longest_value);
}

std::string summary(const LookedUp& looked_up, const Paint& paint, const SummaryOptions& options) {
  Writer out(paint, options);
  out.blank();
  out.line(paint(Style::bold, shown_value(looked_up.observable)) + "  " +
           paint(Style::dim, type_of(looked_up.observable)));
  out.blank();
  if (!looked_up.known) {
    out.prose(printable(nothing_text(looked_up)));
    return out.take();
  }
  const auto& known = *looked_up.known;
  out.line(headline(known, paint));
  out.blank();
  out.tables(known.tables);
  if (!known.link.empty()) {
    out.blank();
    out.line(paint(Style::dim, printable(known.link)));
  }
  return out.take();
}

std::string summary_line(const LookedUp& looked_up, const Paint& paint,
                         const SummaryOptions& options) {
  constexpr std::size_t score_width = 5;
  constexpr std::size_t type_width = 9;
  const auto& known = looked_up.known;
  const auto rating = known ? printable(known->rating, rating_width) : "-";
  const auto score = known && known->score ? fmt::format("{}", *known->score) : "";
  const auto remark =
      known ? printable(known->remark, longest_value) : printable(nothing_text(looked_up));
  const auto front =
      paint(known ? style_of(known->tone) : Style::plain, padded(rating, rating_width)) +
      padded(score, score_width) +
      paint(Style::dim, padded(type_of(looked_up.observable), type_width)) +
      padded(shown_value(looked_up.observable), options.value_width);
  const auto used = rating_width + score_width + type_width +
                    std::max(width_of(shown_value(looked_up.observable)), options.value_width) + 2;
  if (!options.width || used + narrowest > *options.width) {
    return fmt::format("{}  {}\n", front, paint(Style::dim, remark));
  }
  std::string lines;
  for (const auto& part : wrapped(remark, *options.width - used)) {
    lines +=
        (lines.empty() ? front + "  " : std::string(used, ' ')) + paint(Style::dim, part) + "\n";
  }
  return lines;
}

}  // namespace commands
