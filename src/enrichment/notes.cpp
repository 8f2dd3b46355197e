#include "enrichment/notes.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>

#include "enrichment/words.hpp"
#include "kaspersky/zone.hpp"
#include "text/ascii.hpp"
#include "text/markdown.hpp"

namespace enrichment {
namespace {

using kaspersky::Cells;
using kaspersky::FactSheet;

// In bytes; people must be able to read a note.
constexpr std::size_t longest_note = 100'000;

struct Topic {
  /// The id is hashed from it: it must never change.
  std::string_view key;
  std::string_view title;
};

constexpr Topic detections{"detections", "Kaspersky Detections Info"};
constexpr Topic whois{"whois", "Kaspersky WHOIS"};
constexpr Topic details{"details", "Kaspersky details"};
constexpr std::array topics{detections, whois, details};

std::string_view topic_of(std::string_view section) {
  if (section == "DetectionsInfo") return detections.key;
  if (section == "IpWhoIs" || section == "DomainWhoIsInfo" || section == "UrlDomainWhoIs") {
    return whois.key;
  }
  return details.key;
}

std::size_t column(const FactSheet& sheet, std::string_view name) {
  return static_cast<std::size_t>(std::find(sheet.columns.begin(), sheet.columns.end(), name) -
                                  sheet.columns.begin());
}

std::string_view cell(const Cells& row, std::size_t column) {
  return column < row.size() ? std::string_view(row[column]) : std::string_view();
}

/// The most dangerous rows first, and among these the latest; unchanged order if the sheet has no
/// zones.
std::vector<const Cells*> sorted_rows(const FactSheet& sheet) {
  std::vector<const Cells*> rows;
  rows.reserve(sheet.rows.size());
  for (const auto& row : sheet.rows) rows.push_back(&row);
  const auto zone = column(sheet, "Zone");
  const auto date = column(sheet, "LastDetectDate");
  if (zone == sheet.columns.size()) return rows;
  const auto rank = [&](const Cells& row) {
    const auto parsed = kaspersky::parse_zone(cell(row, zone));
    return parsed ? static_cast<int>(*parsed) : static_cast<int>(kaspersky::all_zones.size());
  };
  std::stable_sort(rows.begin(), rows.end(), [&](const Cells* a, const Cells* b) {
    return rank(*a) != rank(*b) ? rank(*a) < rank(*b) : cell(*a, date) > cell(*b, date);
  });
  return rows;
}

/// Whether the sheet is a list of fields and values, whose length the API limits.
bool is_list(const FactSheet& sheet) { return sheet.columns.front() == "Field"; }

/// A detection is a link to its description, whose URL needs no column.
std::string row_of(const FactSheet& sheet, const Cells& row) {
  const auto link = column(sheet, "DescriptionUrl");
  const auto name = column(sheet, "DetectionName");
  std::vector<std::string> cells;
  for (std::size_t at = 0; at < row.size(); ++at) {
    if (at == link) continue;
    if (at == name) {
      cells.push_back(text::markdown_link(row[at], cell(row, link)));
    } else if (at == 0 && is_list(sheet)) {
      cells.push_back(text::escape_markdown(words_of(row[at])));
    } else {
      const auto field = is_list(sheet) ? std::string_view(row[0]) : sheet.columns[at];
      cells.push_back(text::escape_markdown(readable(field, row[at])));
    }
  }
  return text::markdown_row(cells);
}

/// @param more rows that are not in the sheet
std::string markdown_of(const FactSheet& sheet, std::size_t max_rows, std::size_t more) {
  std::vector<std::string> head;
  for (const auto name : sheet.columns) {
    if (name != "DescriptionUrl") head.push_back(words_of(name));
  }
  auto out = text::markdown_head(head);
  const auto rows = sorted_rows(sheet);
  const auto most = is_list(sheet) ? rows.size() : std::min(rows.size(), max_rows);
  std::size_t used = 0;
  for (; used < most && out.size() < longest_note; ++used) out += row_of(sheet, *rows[used]);
  more += rows.size() - used;
  if (more > 0) out += fmt::format("\n{} more\n", more);
  return out;
}

std::string_view latest_detection(const std::vector<FactSheet>& sheets) {
  std::string_view latest = source::standard_created;
  for (const auto& sheet : sheets) {
    const auto date = column(sheet, "LastDetectDate");
    for (const auto& row : sheet.rows) latest = std::max(latest, cell(row, date));
  }
  return latest;
}

void add_note(const Topic& topic, std::string_view text, std::string_view created,
              std::string_view about, source::Builder& builder) {
  builder.add_note(
      {.topic = topic.key, .title = topic.title, .text = text, .created = created, .about = about});
}

std::string reports_text(const kaspersky::GeneralInfo& general) {
  std::string out;
  std::size_t used = 0;
  for (const auto& [id, title] : general.reports) {
    if (out.size() > longest_note) break;
    out += fmt::format("- {}\n", text::escape_markdown(title.empty() ? id : title));
    ++used;
  }
  if (used < general.reports.size()) {
    out += fmt::format("- {} more\n", general.reports.size() - used);
  }
  return out.empty() ? out : fmt::format("**Reports on attacks**\n\n{}", out);
}

void append(std::string& text, const std::string& part) {
  if (part.empty()) return;
  if (!text.empty()) text += '\n';
  text += part;
}

}  // namespace

void add_notes(const kaspersky::Answer& answer, const std::vector<RelatedTable>& related,
               const Subject& subject, const Options& options, source::Builder& builder) {
  std::map<std::string_view, std::string> texts;
  std::string_view section;
  const auto add = [&](const FactSheet& sheet, std::size_t more) {
    auto& text = texts[topic_of(sheet.section)];
    // Several sheets of one section have one heading.
    if (sheet.section != section) append(text, fmt::format("**{}**\n", words_of(sheet.section)));
    section = sheet.section;
    append(text, text.size() < longest_note ? markdown_of(sheet, options.rows, more)
                                            : fmt::format("{} more\n", sheet.rows.size() + more));
  };
  for (const auto& sheet : answer.facts) add(sheet, 0);
  append(texts[details.key], reports_text(answer.general));
  for (const auto& [sheet, more] : related) add(sheet, more);

  for (const auto& topic : topics) {
    const auto& text = texts[topic.key];
    if (text.empty()) continue;
    const auto created =
        topic.key == detections.key ? latest_detection(answer.facts) : source::standard_created;
    add_note(topic, text, created, subject.key, builder);
  }
}

void add_not_found_note(const Subject& subject, source::Builder& builder) {
  add_note(details, "Kaspersky knows nothing about this object.", source::standard_created,
           subject.key, builder);
}

void replace_not_found_note(const Subject& subject, source::Builder& builder) {
  const auto before = text::lower_case(subject.question.value);
  if (subject.question.kind != kaspersky::ObjectKind::hash || before == subject.key) return;
  add_note(details, "Kaspersky knows this object now; see the other notes.",
           source::standard_created, before, builder);
}

}  // namespace enrichment
