#include "configuration/documents.hpp"

#include <fmt/format.h>

#include "configuration/text.hpp"

namespace configuration {
namespace {

/// In single quotes, except what YAML reads as a number or boolean.
std::string yaml_value(const Row& row) {
  const auto value = sample_of(row);
  return row.kind.bare ? std::string(value) : fmt::format("'{}'", value);
}

std::string_view comment_mark(const Row& row) { return is_uncommented(row) ? "" : "#"; }

std::string remark_above(const Row& row, std::string_view indentation) {
  return row.remark.empty() ? "" : fmt::format("{}# {}\n", indentation, row.remark);
}

std::string section_of(const Table& table, const Row& row) {
  const auto path = table.config_path(row.name);
  return path.substr(0, path.find('.'));
}

std::string key_of(const Table& table, const Row& row) {
  const auto path = table.config_path(row.name);
  return path.substr(path.find('.') + 1);
}

std::string description_cell(const Row& row) {
  auto text = std::string(row.description);
  if (!row.kind.allowed.empty()) text += fmt::format(" Allowed: {}.", row.kind.allowed);
  if (!row.former.empty()) text += fmt::format(" Formerly `{}`.", row.former);
  if (!row.former.empty() && row.kind.strictness) {
    text += " If both are set, the stricter applies.";
  }
  if (const auto file = file_form(row); !file.empty()) {
    text += fmt::format(" Secret; `{}` can name a file with it.", file);
  }
  return table_cell(text);
}

std::string table_line(const Table& table, const Row& row) {
  return fmt::format("| {} | {} | `{}` | {} | {} | {} |\n", table_cell(row.title),
                     row.environment_only ? "" : fmt::format("`{}`", table.config_path(row.name)),
                     row.name,
                     row.default_value ? fmt::format("`{}`", table_cell(*row.default_value)) : "",
                     row.required ? "Yes" : "No", description_cell(row));
}

}  // namespace

std::string config_yml_sample(const Table& table, std::string_view heading) {
  std::string out(heading);
  std::string section;
  for (const auto& row : table.rows()) {
    if (row.environment_only) continue;
    if (section_of(table, row) != section) {
      section = section_of(table, row);
      out += fmt::format("\n{}:\n", section);
    }
    out += remark_above(row, "  ");
    out += fmt::format("  {}{}: {}\n", comment_mark(row), key_of(table, row), yaml_value(row));
  }
  return out;
}

std::string env_sample(const Table& table, std::string_view heading) {
  std::string out(heading);
  for (const auto& chapter : table.chapters()) {
    out += '\n';
    for (const auto& row : chapter.rows) {
      out += remark_above(row, "");
      out += fmt::format("{}{}={}\n", comment_mark(row), row.name, sample_of(row));
    }
  }
  return out;
}

std::string reference(const Table& table, std::string_view heading) {
  std::string out(heading);
  for (const auto& chapter : table.chapters()) {
    out += fmt::format("\n## {}\n\n", chapter.title);
    if (!chapter.text.empty()) out += fmt::format("{}\n\n", chapter.text);
    out +=
        "| Parameter | config.yml | Docker environment variable | Default | Mandatory | "
        "Description "
        "|\n| --- | --- | --- | --- | --- | --- |\n";
    for (const auto& row : chapter.rows) out += table_line(table, row);
  }
  return out;
}

}  // namespace configuration
