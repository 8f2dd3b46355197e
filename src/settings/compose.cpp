#include "settings/compose.hpp"

#include <fmt/format.h>

#include <string_view>

#include "settings/table.hpp"

namespace settings {
namespace {

constexpr std::string_view compose_beginning =
    R"(# Made from the table of settings; `./dev generate` renews it.
# What each setting means: docs/configuration.md.
services:
  connector-PROGRAM:
    # Built from the folder of this file. The name is that of the Python connector, so that other files need no
    # change; the image that a registry has under this name is the Python connector, and is never pulled.
    image: opencti/connector-PROGRAM:latest
    build: .
    pull_policy: build
    restart: always
    read_only: true
    cap_drop:
      - ALL
    security_opt:
      - no-new-privileges:true
    # Limit threads, and disable core dumps, which would contain the tokens.
    pids_limit: 256
    ulimits:
      core: 0
    # CONNECTOR_MEMORY_LIMIT plus 128 MiB.
    mem_limit: 384m
    # Longer than CONNECTOR_SHUTDOWN_GRACE.
    stop_grace_period: 40s
    volumes:
      - PROGRAM:/var/lib/PROGRAM
    # Values under `environment` take precedence over the file: delete the lines there whose values are in
    # the file.
    # env_file:
    #   - .env
    # OpenCTI's network; `docker network ls` shows its name. Without it, the container reaches neither OpenCTI nor RabbitMQ
    # by their names. Uncomment these lines and those at the end of the file, unless the service is in OpenCTI's own
    # compose file.
    # networks:
    #   - opencti
    # Replace each ChangeMe, and localhost, which is the container itself, with your own values. Commented lines show the
    # default, or an example if there is none.
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

/// In single quotes if YAML would not read the entry as text.
std::string entry(const configuration::Row& row) {
  const auto text = fmt::format("{}={}", row.name, value_of(row));
  const bool is_plain = !text.ends_with(':') && text.find(": ") == std::string::npos &&
                        text.find(" #") == std::string::npos;
  return is_plain ? text : fmt::format("'{}'", text);
}

}  // namespace

std::string docker_compose_yml(const source::Product& product) {
  Settings unused;
  auto out = of_program(compose_beginning, product);
  bool first = true;
  const auto rows = table(product, unused);
  for (const auto& chapter : rows.chapters()) {
    if (!first) out += '\n';
    first = false;
    for (const auto& row : chapter.rows) {
      if (!row.remark.empty()) out += fmt::format("      # {}\n", row.remark);
      out +=
          fmt::format("      {}- {}\n", configuration::is_uncommented(row) ? "" : "# ", entry(row));
    }
  }
  out += of_program(ending, product);
  return out;
}

}  // namespace settings
