#include "tip/summary.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <utility>

#include "enrichment/words.hpp"
#include "kaspersky/answer.hpp"
#include "text/json.hpp"

namespace tip {
namespace {

using kaspersky::Zone;
using source::Summary;
using source::Tone;

struct ZoneLook {
  Tone tone;
  std::string_view meaning;
};

/// In the order of Zone.
constexpr std::array looks{
    ZoneLook{Tone::bad, "dangerous"},
    ZoneLook{Tone::suspicious, "not trusted"},
    ZoneLook{Tone::unwanted, "adware and other"},
    ZoneLook{Tone::unknown, "not categorised"},
    ZoneLook{Tone::good, "no threat known"},
};

const ZoneLook& look_of(Zone zone) { return looks.at(static_cast<std::size_t>(zone)); }

std::string joined(const std::vector<std::string>& texts) {
  return fmt::format("{}", fmt::join(texts, ", "));
}

std::size_t column(const kaspersky::FactSheet& sheet, std::string_view name) {
  return static_cast<std::size_t>(std::find(sheet.columns.begin(), sheet.columns.end(), name) -
                                  sheet.columns.begin());
}

/// The value, with a word that explains it if that is not obvious.
std::string cell_of(std::string_view column, std::string_view text) {
  constexpr auto words =
      std::to_array<std::pair<std::string_view, std::string_view>>({{"Vendor", "vendor "},
                                                                    {"Publisher", "publisher "},
                                                                    {"SerialNumber", "serial "},
                                                                    {"MaskType", "type "},
                                                                    {"TimeStamp", "signed "},
                                                                    {"Issued", "issued "},
                                                                    {"Expires", "expires "}});
  auto value = enrichment::readable(column, text);
  if (value.empty()) return value;
  if (column.ends_with("HitsCount")) return value + (value == "1" ? " hit" : " hits");
  for (const auto& [name, word] : words) {
    if (name == column) return std::string(word) + value;
  }
  return value;
}

/// @param zone text of the answer; may be empty
Tone tone_of(std::string_view zone) {
  const auto known = kaspersky::parse_zone(zone);
  return known ? look_of(*known).tone : Tone::plain;
}

Summary::Row row_of(std::string_view zone, std::vector<std::string> cells) {
  return {.rating = std::string(zone), .tone = tone_of(zone), .cells = std::move(cells)};
}

void add_fields(std::vector<Summary::Field>& fields, const kaspersky::FactSheet& sheet) {
  for (const auto& row : sheet.rows) {
    fields.push_back({.label = enrichment::words_of(row[0]),
                      .value = enrichment::readable(row[0], row[1]),
                      .tone = row[0].ends_with("Zone") ? tone_of(row[1]) : Tone::plain});
  }
}

std::vector<Summary::Row> rows_of(const kaspersky::FactSheet& sheet) {
  const auto zone = column(sheet, "Zone");
  const auto link = column(sheet, "DescriptionUrl");
  const auto date = column(sheet, "LastDetectDate");
  std::vector<Summary::Row> rows;
  rows.reserve(sheet.rows.size());
  for (const auto& row : sheet.rows) {
    std::vector<std::string> cells;
    for (std::size_t at = 0; at < row.size(); ++at) {
      if (at != zone && at != link && at != date)
        cells.push_back(cell_of(sheet.columns[at], row[at]));
    }
    // The object comes before its date.
    if (date < row.size()) cells.push_back(enrichment::readable(sheet.columns[date], row[date]));
    rows.push_back(row_of(zone < row.size() ? row[zone] : "", std::move(cells)));
  }
  return rows;
}

bool is_list(const kaspersky::FactSheet& sheet) { return sheet.columns.front() == "Field"; }

bool is_general(const kaspersky::FactSheet& sheet) {
  return is_list(sheet) &&
         (sheet.section.ends_with("GeneralInfo") || sheet.section == "RelatedObjects");
}

Summary::Table general_of(const source::Verdict& verdict, const kaspersky::Answer& answer) {
  Summary::Table general{.fields = source::fields_of_update(verdict)};
  auto& fields = general.fields;
  if (answer.ip) fields.push_back({"Country", answer.ip->country_code});
  for (const auto& system : answer.autonomous_systems) {
    fields.push_back({"Network", system.name.empty()
                                     ? fmt::format("AS{}", system.number)
                                     : fmt::format("AS{} {}", system.number, system.name)});
  }
  fields.push_back({"Industries", joined(answer.industries)});
  for (const auto& [id, title] : answer.general.reports) {
    fields.push_back({"Report", title.empty() ? id : title});
  }
  for (const auto& sheet : answer.facts) {
    if (is_general(sheet)) add_fields(fields, sheet);
  }
  return general;
}

void add_sections(std::vector<Summary::Table>& tables, const kaspersky::Answer& answer) {
  std::string_view section;
  for (const auto& sheet : answer.facts) {
    if (is_general(sheet)) continue;
    Summary::Table table;
    if (sheet.section != section) table.title = enrichment::words_of(sheet.section);
    section = sheet.section;
    if (is_list(sheet)) {
      add_fields(table.fields, sheet);
    } else {
      table.rows = rows_of(sheet);
    }
    tables.push_back(std::move(table));
  }
}

void add_related(std::vector<Summary::Table>& tables, const kaspersky::Answer& answer) {
  for (const auto& [field, objects] : answer.related) {
    // The rows of some sections have a file and the URL that it came from.
    Summary::Table table{.title = fmt::format("{}{} ({})", enrichment::words_of(field.section),
                                              field.described ? "" : ", URLs", objects.size())};
    for (const auto& object : objects) {
      std::vector<std::string> cells{object.value, object.name};
      cells.insert(cells.end(), object.remarks.begin(), object.remarks.end());
      table.rows.push_back(
          row_of(object.zone ? kaspersky::name_of(*object.zone) : "", std::move(cells)));
    }
    tables.push_back(std::move(table));
  }
}

}  // namespace

Summary summarize(const source::Verdict& verdict) {
  const auto read = text::parse_json(verdict.answer).and_then(kaspersky::read_answer);
  if (!read) return source::summary_of(verdict);
  Summary summary{.rating = "no zone"};
  if (read->zone) {
    summary.rating = name_of(*read->zone);
    summary.tone = look_of(*read->zone).tone;
    summary.meaning = look_of(*read->zone).meaning;
  }
  if (const auto& enrichment = verdict.enrichment) {
    summary.score = enrichment->update.score;
    summary.remark = joined(enrichment->update.labels);
    const auto& references = enrichment->update.external_references;
    if (!references.empty()) summary.link = text::text_at(references.front(), "url");
  }
  summary.tables.push_back(general_of(verdict, *read));
  add_sections(summary.tables, *read);
  add_related(summary.tables, *read);
  return summary;
}

}  // namespace tip
