#include "settings/compose.hpp"

#include <fmt/format.h>

#include <optional>
#include <string_view>

#include "settings/table.hpp"

namespace settings {
namespace {

constexpr std::string_view beginning =
    R"(# Made from the table of settings; `./dev generate` renews it.
# What each setting means: docs/configuration.md.
services:
  connector-kaspersky-enrichment:
    # Built here, from the folder of this file. The name is the Python connector's, so that other files need not
    # change; what a registry has under it is not this connector, and is never pulled.
    image: opencti/connector-kaspersky-enrichment:latest
    build: .
    pull_policy: build
    restart: always
    read_only: true
    cap_drop:
      - ALL
    security_opt:
      - no-new-privileges:true
    # Threads; and no core dump, which would hold the tokens.
    pids_limit: 256
    ulimits:
      core: 0
    # CONNECTOR_MEMORY_LIMIT, and 128 MiB.
    mem_limit: 384m
    # Longer than CONNECTOR_SHUTDOWN_GRACE.
    stop_grace_period: 40s
    volumes:
      - kaspersky-enrichment:/var/lib/kaspersky-enrichment
    # What stands under `environment` is stronger than a file: of the lines there that are in use, take away
    # those whose values are in the file.
    # env_file:
    #   - .env
    # Instead of each ChangeMe, and of localhost, which is the container itself, your own values.
    environment:
)";

constexpr std::string_view ending = R"(
volumes:
  kaspersky-enrichment:
)";

/// Two connectors with one id take each other's messages: nobody is to start with a default.
bool is_own(const Row& row) { return row.required || row.name == "CONNECTOR_ID"; }

std::string_view value_of(const Row& row) {
  if (row.name == "CONNECTOR_ID") return "ChangeMe";
  // The image sets it.
  if (row.name == "CONNECTOR_HTTP_PORT") return "8080";
  return row.standard.value_or(row.sample);
}

/// In single quotes where YAML would read something else than text.
std::string entry(const Row& row) {
  const auto text = fmt::format("{}={}", row.name, value_of(row));
  const bool is_plain = !text.ends_with(':') && text.find(": ") == std::string::npos &&
                        text.find(" #") == std::string::npos;
  return is_plain ? text : fmt::format("'{}'", text);
}

}  // namespace

std::string docker_compose_yml() {
  std::string out(beginning);
  std::optional<Group> group;
  for (const auto& row : table()) {
    if (group && row.group != *group) out += '\n';
    group = row.group;
    out += fmt::format("      {}- {}\n", is_own(row) ? "" : "# ", entry(row));
  }
  out += ending;
  return out;
}

}  // namespace settings
