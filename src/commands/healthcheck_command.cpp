#include <fmt/format.h>

#include <chrono>
#include <cstdio>
#include <memory>
#include <string>

#include <CLI/CLI.hpp>

#include "app/problems.hpp"
#include "commands/commands.hpp"
#include "commands/readiness.hpp"
#include "commands/terminal.hpp"
#include "commands/used_ports.hpp"
#include "net/http/client.hpp"

namespace commands {
namespace {

constexpr std::chrono::seconds longest_wait{3};
constexpr std::size_t longest_health_answer = std::size_t{64} * 1024;

app::ExitCode ask(const source::Product& product, const settings::Monitoring& monitoring,
                  bool live) {
  if (monitoring.port == 0) {
    fmt::print(stderr,
               "CONNECTOR_HTTP_PORT is 0: there is no port to ask. Set it to the port of the "
               "running connector.\n");
    return app::ExitCode::configuration;
  }
  const auto where = reachable_at(monitoring.address, monitoring.port);
  const net::HttpClient client(
      {.user_agent = source::user_agent(product), .direct = true, .connect_timeout = longest_wait});
  const auto answer =
      client.send({.url = fmt::format("http://{}/{}", where, live ? "livez" : "readyz"),
                   .max_response = longest_health_answer},
                  net::Deadline::after(longest_wait));
  if (!answer) {
    fmt::print("no answer: {}\n", printable(answer.error().message));
    return app::ExitCode::failed;
  }
  const auto readiness = read_readiness(answer->status, answer->body);
  fmt::print("{}\n", readiness.text);
  return readiness.healthy ? app::ExitCode::ok : app::ExitCode::failed;
}

app::ExitCode check_health(const SharedArguments& shared, bool live) {
  const auto loaded =
      settings::load_from_process(shared.product, shared.config_path, [](const settings::Row& row) {
        return row.name == "CONNECTOR_HTTP_PORT" || row.name == "CONNECTOR_HTTP_ADDRESS";
      });
  if (!loaded) {
    app::print_problems(shared.product, loaded.error());
    return app::ExitCode::configuration;
  }
  return ask(shared.product, loaded->settings.monitoring, live);
}

}  // namespace

Command add_healthcheck(CLI::App& program, const SharedArguments& shared) {
  auto* parser = program.add_subcommand(
      "healthcheck", "Ask the running connector whether it is ready, for probes");
  auto live = std::make_shared<bool>(false);
  parser->add_flag("--live", *live, "Ask only whether it is alive, ready or not");
  parser->footer(examples(shared.product, {"CONNECTOR_HTTP_PORT=8080 {program} healthcheck"}));
  return {parser,
          [&shared, live](Interruption& /*unused*/) { return check_health(shared, *live); }};
}

}  // namespace commands
