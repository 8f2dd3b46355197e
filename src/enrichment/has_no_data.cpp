#include <algorithm>
#include <array>

#include "enrichment/convert.hpp"
#include "text/ascii.hpp"

namespace enrichment {
namespace {

// Values of IpGeneralInfo.Status for an address without data.
constexpr std::array<std::string_view, 3> empty_statuses{"noinfo", "no info", "reserved"};

/// Kaspersky uses the category `General` for "no category".
bool is_category(std::string_view name) { return text::lower_case(name) != "general"; }

/// For a row of a list of fields.
bool has_data(std::string_view field, std::string_view value) {
  if (field == "DomainName" || value == "0") return false;
  return field != "Status" || std::find(empty_statuses.begin(), empty_statuses.end(),
                                        text::lower_case(value)) == empty_statuses.end();
}

bool has_data(const kaspersky::FactSheet& sheet) {
  const bool list = sheet.columns.front() == "Field";
  const bool categories = sheet.columns == std::vector<std::string_view>{"Name", "Zone"};
  return std::any_of(sheet.rows.begin(), sheet.rows.end(), [&](const kaspersky::Cells& row) {
    if (list) return has_data(row[0], row[1]);
    return !categories || is_category(row[0]);
  });
}

/// Whether the file has another hash than the one that was looked up.
bool has_data(const kaspersky::FileGeneralInfo& file, const Question& question) {
  const auto asked = text::lower_case(question.value);
  const auto is_new = [&](const std::string& hash) { return !hash.empty() && hash != asked; };
  return file.size.value_or(0) > 0 || is_new(file.md5) || is_new(file.sha1) || is_new(file.sha256);
}

}  // namespace

bool has_no_data(const kaspersky::Answer& answer, const Question& question) {
  if (answer.zone.value_or(kaspersky::Zone::grey) != kaspersky::Zone::grey) return false;
  const auto& general = answer.general;
  const bool about_it =
      std::any_of(general.categories.begin(), general.categories.end(), is_category) ||
      general.has_apt || !general.reports.empty() || !answer.file_names.empty() ||
      (answer.file && has_data(*answer.file, question));
  const bool around_it = (answer.ip && !answer.ip->country_code.empty()) ||
                         !answer.autonomous_systems.empty() || !answer.industries.empty() ||
                         !answer.related.empty();
  return !about_it && !around_it &&
         std::none_of(answer.facts.begin(), answer.facts.end(),
                      [](const auto& sheet) { return has_data(sheet); });
}

}  // namespace enrichment
