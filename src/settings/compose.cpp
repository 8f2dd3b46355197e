#include "settings/compose.hpp"

#include <fmt/format.h>

#include <string_view>

#include "settings/table.hpp"

namespace settings {
namespace {

constexpr std::string_view beginning =
    R"(# Made from the table of settings; `./dev generate` renews it.
# What each setting means: docs/configuration.md.
services:
  connector-PROGRAM:
    # Built here, from the folder of this file. The name is the Python connector's, so that other files need not
    # change; what a registry has under it is not this connector, and is never pulled.
    image: opencti/connector-PROGRAM:latest
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
      - PROGRAM:/var/lib/PROGRAM
    # What stands under `environment` is stronger than a file: of the lines there that are in use, take away
    # those whose values are in the file.
    # env_file:
    #   - .env
    # OpenCTI's network, which `docker network ls` shows: without it the container reaches neither OpenCTI nor RabbitMQ by
    # the names that they have there. Use these lines and those at the end of the file, unless the service stands in
    # OpenCTI's own compose file.
    # networks:
    #   - opencti
    # Instead of each ChangeMe, and of localhost, which is the container itself, your own values. The lines that are not in
    # use show the default, or an example where there is none.
    environment:
)";

constexpr std::string_view ending = R"(
volumes:
  PROGRAM:

# networks:
#   opencti:
#     name: opencti_default
#     external: true
)";

std::string of_program(std::string_view text, const source::Product& product) {
  constexpr std::string_view placeholder = "PROGRAM";
  std::string out(text);
  for (auto at = out.find(placeholder); at != std::string::npos; at = out.find(placeholder, at)) {
    out.replace(at, placeholder.size(), product.program);
  }
  return out;
}

std::string_view value_of(const configuration::Row& row) {
  // The image sets it.
  if (row.name == "CONNECTOR_HTTP_PORT") return "8080";
  return configuration::sample_of(row);
}

/// In single quotes where YAML would read something else than text.
std::string entry(const configuration::Row& row) {
  const auto text = fmt::format("{}={}", row.name, value_of(row));
  const bool is_plain = !text.ends_with(':') && text.find(": ") == std::string::npos &&
                        text.find(" #") == std::string::npos;
  return is_plain ? text : fmt::format("'{}'", text);
}

}  // namespace

std::string docker_compose_yml(const source::Product& product) {
  Settings unused;
  auto out = of_program(beginning, product);
  bool first = true;
  const auto rows = table(product, unused);
  for (const auto& chapter : rows.chapters()) {
    if (!first) out += '\n';
    first = false;
    for (const auto& row : chapter.rows) {
      if (!row.remark.empty()) out += fmt::format("      # {}\n", row.remark);
      out += fmt::format("      {}- {}\n", configuration::is_in_use(row) ? "" : "# ", entry(row));
    }
  }
  out += of_program(ending, product);
  return out;
}

}  // namespace settings
