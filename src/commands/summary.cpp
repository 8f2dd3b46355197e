#include "commands/summary.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

#include "enrichment/text.hpp"
#include "enrichment/words.hpp"
#include "net/json.hpp"
#include "text/ascii.hpp"

namespace commands {
namespace {

using kaspersky::Zone;

constexpr std::size_t label_width = 18;
constexpr std::size_t zone_width = 8;
constexpr std::size_t longest_value = 160;
constexpr std::size_t rows_shown = 5;

struct ZoneLook {
  Style style;
  std::string_view meaning;
};

/// In the order of Zone.
constexpr std::array looks{
    ZoneLook{Style::red, "dangerous"},           ZoneLook{Style::orange, "not trusted"},
    ZoneLook{Style::yellow, "adware and other"}, ZoneLook{Style::grey, "not categorised"},
    ZoneLook{Style::green, "no threat known"},
};

const ZoneLook& look_of(Zone zone) { return looks.at(static_cast<std::size_t>(zone)); }

std::string shown_value(const stix::Observable& observable) {
  return observable.hashes.empty() ? observable.value : observable.hashes.begin()->second;
}

std::string type_of(const stix::Observable& observable) {
  if (!observable.hashes.empty()) return "file";
  if (observable.type == "ipv4-addr" || observable.type == "ipv6-addr") return "address";
  return observable.type == "domain-name" ? "domain" : observable.type;
}

std::string joined(const std::vector<std::string>& texts) {
  return fmt::format("{}", fmt::join(texts, ", "));
}

/// Why there is nothing to show.
std::string nothing_text(const LookedUp& looked_up) {
  const bool answered = source::row_of(looked_up.verdict.outcome).answered;
  return answered ? "Kaspersky knows nothing about it." : looked_up.verdict.text;
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

  /// @param zone text as an answer has it; may be empty
  void row(std::string_view zone, const std::vector<std::string>& cells) {
    const auto known = kaspersky::parse_zone(zone);
    const auto style = known ? look_of(*known).style : Style::plain;
    auto text = paint_(style, padded(printable(zone, zone_width), zone_width));
    bool first = true;
    for (const auto& cell : cells) {
      if (cell.empty()) continue;
      const auto shown = printable(cell, longest_value);
      text += (first ? "" : "  ") + (first ? shown : paint_(Style::dim, shown));
      first = false;
    }
    line(text);
  }

  /// The first of some rows.
  template <class Rows, class Show>
  void rows(const Rows& all, const Show& show) {
    const auto most = options_.full ? all.size() : std::min(all.size(), rows_shown);
    for (std::size_t at = 0; at < most; ++at) show(all[at]);
    if (most < all.size()) {
      line(paint_(Style::dim, fmt::format("… {} more, with --full", all.size() - most)));
    }
  }

  [[nodiscard]] std::string take() { return std::move(out_); }

 private:
  const Paint& paint_;
  const SummaryOptions& options_;
  std::string out_;
};

std::size_t column(const kaspersky::FactSheet& sheet, std::string_view name) {
  return static_cast<std::size_t>(std::find(sheet.columns.begin(), sheet.columns.end(), name) -
                                  sheet.columns.begin());
}

/// A number of hits with its thousands apart; other text as people read it.
std::string value_of(std::string_view column, std::string_view text) {
  std::int64_t number = 0;
  const auto* const end = text.data() + text.size();
  const bool whole = std::from_chars(text.data(), end, number).ptr == end && !text.empty();
  return whole && column.ends_with("Count") ? grouped(number) : enrichment::readable(text);
}

/// With a word of what it is, where it does not show.
std::string cell_of(std::string_view column, std::string_view text) {
  constexpr auto words =
      std::to_array<std::pair<std::string_view, std::string_view>>({{"SerialNumber", "serial "},
                                                                    {"TimeStamp", "signed "},
                                                                    {"Issued", "issued "},
                                                                    {"Expires", "expires "}});
  auto value = value_of(column, text);
  if (value.empty()) return value;
  if (column.ends_with("HitsCount")) return value + " hits";
  for (const auto& [name, word] : words) {
    if (name == column) return std::string(word) + value;
  }
  return value;
}

void write_sheet(Writer& out, const kaspersky::FactSheet& sheet) {
  if (sheet.columns.front() == "Field") {
    for (const auto& row : sheet.rows) {
      out.field(enrichment::words_of(row[0]), value_of(row[0], row[1]));
    }
    return;
  }
  const auto zone = column(sheet, "Zone");
  const auto link = column(sheet, "DescriptionUrl");
  const auto date = column(sheet, "LastDetectDate");
  out.rows(sheet.rows, [&](const kaspersky::Cells& row) {
    std::vector<std::string> cells;
    for (std::size_t at = 0; at < row.size(); ++at) {
      if (at != zone && at != link && at != date)
        cells.push_back(cell_of(sheet.columns[at], row[at]));
    }
    // What it is comes before when it was.
    if (date < row.size()) cells.push_back(enrichment::readable(row[date]));
    out.row(zone < row.size() ? row[zone] : "", cells);
  });
}

bool is_general(const kaspersky::FactSheet& sheet) {
  return sheet.columns.front() == "Field" &&
         (sheet.section.ends_with("GeneralInfo") || sheet.section == "RelatedObjects");
}

void write_sheets(Writer& out, const kaspersky::Answer& answer) {
  for (const auto& sheet : answer.facts) {
    if (is_general(sheet)) write_sheet(out, sheet);
  }
  std::string_view section;
  for (const auto& sheet : answer.facts) {
    if (is_general(sheet)) continue;
    if (sheet.section != section) out.heading(enrichment::words_of(sheet.section));
    section = sheet.section;
    write_sheet(out, sheet);
  }
}

void write_related(Writer& out, const kaspersky::Answer& answer) {
  for (const auto& [field, objects] : answer.related) {
    out.heading(fmt::format("{} ({})", enrichment::words_of(field.section), objects.size()));
    out.rows(objects, [&](const kaspersky::RelatedObject& object) {
      std::vector<std::string> cells{object.value, object.name};
      cells.insert(cells.end(), object.remarks.begin(), object.remarks.end());
      out.row(object.zone ? kaspersky::name_of(*object.zone) : "", cells);
    });
  }
}

void write_general(Writer& out, const LookedUp& looked_up) {
  const auto& answer = *looked_up.known;
  if (looked_up.verdict.enrichment) {
    const auto& update = looked_up.verdict.enrichment->update;
    out.field("Labels", joined(update.labels));
    for (const auto& [name, hash] : update.hashes) out.field(name, hash);
    if (update.size) out.field("Size", grouped(*update.size) + " bytes");
    out.field("Names", joined(update.additional_names));
  }
  if (answer.ip) out.field("Country", answer.ip->country_code);
  for (const auto& system : answer.autonomous_systems) {
    out.field("Network", system.name.empty() ? fmt::format("AS{}", system.number)
                                             : fmt::format("AS{} {}", system.number, system.name));
  }
  out.field("Industries", joined(answer.industries));
  for (const auto& [id, title] : answer.general.reports) {
    out.field("Report", title.empty() ? id : title);
  }
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
  const auto& answer = *looked_up.known;
  const auto& enrichment = looked_up.verdict.enrichment;
  std::string verdict = "no zone";
  if (answer.zone) {
    const auto& look = look_of(*answer.zone);
    verdict = fmt::format("{} {}", paint.badge(look.style, text::upper_case(name_of(*answer.zone))),
                          look.meaning);
  }
  if (enrichment && enrichment->update.score) {
    verdict += fmt::format(", score {}", *enrichment->update.score);
  }
  out.line(verdict);
  out.blank();
  write_general(out, looked_up);
  write_sheets(out, answer);
  write_related(out, answer);
  if (enrichment && !enrichment->update.external_references.empty()) {
    out.blank();
    out.line(paint(Style::dim,
                   printable(net::text_at(enrichment->update.external_references.front(), "url"))));
  }
  return out.take();
}

std::string summary_line(const LookedUp& looked_up, const Paint& paint) {
  constexpr std::size_t score_width = 5;
  constexpr std::size_t type_width = 9;
  const auto value = printable(shown_value(looked_up.observable), longest_value);
  const auto type = paint(Style::dim, padded(type_of(looked_up.observable), type_width));
  if (!looked_up.known) {
    return fmt::format("{}{}{}{}  {}\n", padded("-", zone_width), padded("", score_width), type,
                       value, paint(Style::dim, printable(nothing_text(looked_up))));
  }
  const auto zone = looked_up.known->zone;
  const auto& enrichment = looked_up.verdict.enrichment;
  const auto* update = enrichment ? &enrichment->update : nullptr;
  const auto score = update != nullptr && update->score ? fmt::format("{}", *update->score) : "";
  return fmt::format(
      "{}{}{}{}  {}\n",
      paint(zone ? look_of(*zone).style : Style::plain,
            padded(zone ? std::string(name_of(*zone)) : "no zone", zone_width)),
      padded(score, score_width), type, value,
      paint(Style::dim, printable(update == nullptr ? "" : joined(update->labels), longest_value)));
}

}  // namespace commands
