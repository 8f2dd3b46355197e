#include "settings/documents.hpp"

#include <fmt/format.h>

#include <array>
#include <optional>
#include <variant>

#include "settings/table.hpp"

namespace settings {
namespace {

struct Chapter {
  Group group;
  std::string_view title;
  std::string_view text;
};

constexpr auto chapters = std::to_array<Chapter>({
    {Group::opencti, "OpenCTI", ""},
    {Group::connector, "Connector", ""},
    {Group::monitoring, "Monitoring", ""},
    {Group::sending, "Sending",
     "Where results go. The platform tells the connector where its S3 storage is; `S3_…` stands "
     "above that. Playbook steps are always answered to the platform alone."},
    {Group::broker, "Broker",
     "The platform tells the connector where RabbitMQ is. What is set here stands above that; "
     "mostly nothing is needed."},
    {Group::kaspersky, "Kaspersky",
     "Each variable `KASPERSKY_…` is also known as `KASPERSKY_ENRICHMENT_…`; where both are given, "
     "the longer one counts."},
    {Group::network, "Network", "These are read from the environment only."},
});

constexpr std::string_view notice = "Made from the table of settings; `./dev generate` renews it.";

/// In single quotes, except what YAML reads as a number or boolean.
std::string yaml_value(const Row& row) {
  const auto value = sample_of(row);
  if (std::holds_alternative<Boolean>(row.kind) || std::holds_alternative<Integer>(row.kind) ||
      std::holds_alternative<Verification>(row.kind)) {
    return std::string(value);
  }
  return fmt::format("'{}'", value);
}

std::string_view comment_mark(const Row& row) { return is_in_use(row) ? "" : "#"; }

std::string remark_above(const Row& row, std::string_view indentation) {
  return row.remark.empty() ? "" : fmt::format("{}# {}\n", indentation, row.remark);
}

std::string beginning() {
  return fmt::format(
      "# {}\n# What each setting means: docs/configuration.md.\n"
      "# Put your own values in place of ChangeMe and localhost. Lines that are not in use show "
      "the default, or an\n"
      "# example where there is none.\n",
      notice);
}

std::string section_of(const Row& row) {
  const auto path = config_path(row.name);
  return path.substr(0, path.find('.'));
}

std::string key_of(const Row& row) {
  const auto path = config_path(row.name);
  return path.substr(path.find('.') + 1);
}

/// A `|` would end the cell.
std::string cell(std::string_view text) {
  std::string out;
  for (const auto c : text) {
    if (c == '|') out += '\\';
    out += c;
  }
  return out;
}

std::string description_cell(const Row& row) {
  auto text = std::string(row.description);
  if (!std::holds_alternative<Proxy>(row.kind)) {
    text += fmt::format(" Allowed: {}.", allowed(row.kind));
  }
  if (!row.former.empty()) text += fmt::format(" Formerly `{}`.", row.former);
  if (!row.former.empty() && std::holds_alternative<TlpLevel>(row.kind)) {
    text += " If both are set, the stricter counts.";
  }
  if (const auto file = file_form(row); !file.empty()) {
    text += fmt::format(" Secret; `{}` can name a file that holds it.", file);
  }
  return cell(text);
}

std::string table_line(const Row& row) {
  return fmt::format("| {} | {} | `{}` | {} | {} | {} |\n", cell(row.title),
                     row.environment_only ? "" : fmt::format("`{}`", config_path(row.name)),
                     row.name, row.standard ? fmt::format("`{}`", cell(*row.standard)) : "",
                     row.required ? "Yes" : "No", description_cell(row));
}

}  // namespace

std::string config_yml_sample() {
  std::string out = beginning();
  std::string section;
  for (const auto& row : table()) {
    if (row.environment_only) continue;
    if (section_of(row) != section) {
      section = section_of(row);
      out += fmt::format("\n{}:\n", section);
    }
    out += remark_above(row, "  ");
    out += fmt::format("  {}{}: {}\n", comment_mark(row), key_of(row), yaml_value(row));
  }
  return out;
}

std::string env_sample() {
  std::string out = beginning();
  out += "# Write no quotes around a value: `docker run --env-file` takes them for a part of it.\n";
  std::optional<Group> group;
  for (const auto& row : table()) {
    if (row.group != group) out += '\n';
    group = row.group;
    out += remark_above(row, "");
    out += fmt::format("{}{}={}\n", comment_mark(row), row.name, sample_of(row));
  }
  return out;
}

std::string configuration_md() {
  std::string out = fmt::format("<!-- {} -->\n\n", notice);
  out +=
      "# Configuration\n\n"
      "A setting comes from the environment, else from `config.yml`, else it has its default. "
      "Empty text counts as not set. A comma-separated list can be a YAML list in `config.yml`. "
      "That file is looked for in the working directory, unless "
      "`--config` names another file; `config.yml.sample` and `.env.sample` are templates.\n\n"
      "Each secret can also come from a file: the variable with `_FILE` at its end names it "
      "(64 KiB at most, one line break at the end is left out). Giving both is an error.\n\n"
      "At start the connector checks everything, prints one line for each problem, and ends with "
      "exit code 78 before it has contacted anything.\n";
  for (const auto& chapter : chapters) {
    out += fmt::format("\n## {}\n\n", chapter.title);
    if (!chapter.text.empty()) out += fmt::format("{}\n\n", chapter.text);
    out +=
        "| Parameter | config.yml | Docker environment variable | Default | Mandatory | "
        "Description "
        "|\n| --- | --- | --- | --- | --- | --- |\n";
    for (const auto& row : table()) {
      if (row.group == chapter.group) out += table_line(row);
    }
  }
  return out;
}

std::string_view title_of(Group group) {
  for (const auto& chapter : chapters) {
    if (chapter.group == group) return chapter.title;
  }
  return {};
}

}  // namespace settings
