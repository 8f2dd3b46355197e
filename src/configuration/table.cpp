#include "configuration/table.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

#include "configuration/text.hpp"

namespace configuration {

void Section::add(std::vector<Row> more) {
  rows.insert(rows.end(), std::make_move_iterator(more.begin()),
              std::make_move_iterator(more.end()));
}

Table::Table(Naming naming, std::vector<Section> sections) : naming_(std::move(naming)) {
  std::size_t count = 0;
  for (const auto& section : sections) count += section.rows.size();
  // The chapters have pointers into it.
  rows_.reserve(count);
  for (auto& section : sections) {
    const auto first = rows_.size();
    for (auto& row : section.rows) rows_.push_back(std::move(row));
    chapters_.push_back({std::move(section.title), std::move(section.text),
                         std::span<const Row>(rows_).subspan(first)});
  }
}

std::string Table::config_path(std::string_view name) const {
  auto path = lower_case(name);
  for (const auto& [beginning, section] : naming_.sections) {
    if (path.starts_with(beginning)) return fmt::format("{}.{}", section, path);
  }
  const auto split_at = path.find('_');
  if (split_at != std::string::npos) path[split_at] = '.';
  return path;
}

std::string Table::long_form(std::string_view name) const {
  if (naming_.long_prefix.empty() || !name.starts_with(naming_.prefix)) return {};
  return fmt::format("{}{}", naming_.long_prefix, name.substr(naming_.prefix.size()));
}

std::string Table::former_path(const Row& row) const {
  if (row.former.empty() || row.environment_only) return {};
  auto path = config_path(row.former);
  const auto section = path.substr(0, path.find('.')) + '.';
  const bool known = std::any_of(rows_.begin(), rows_.end(), [&](const auto& other) {
    return config_path(other.name).starts_with(section);
  });
  return known ? path : std::string();
}

std::string file_form(const Row& row) {
  if (!row.secret || row.kind.of_a_library) return {};
  return row.name + "_FILE";
}

std::string_view sample_of(const Row& row) {
  if (!row.sample.empty() || !row.default_value) return row.sample;
  return *row.default_value;
}

bool is_uncommented(const Row& row) { return row.required || row.uncommented; }

}  // namespace configuration
