#include <fmt/format.h>
#include <signal.h>

#include <algorithm>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <CLI/CLI.hpp>

#include "app/problems.hpp"
#include "commands/commands.hpp"
#include "commands/dependencies.hpp"
#include "commands/interruption.hpp"
#include "commands/terminal.hpp"

namespace commands {
namespace {

struct CheckArguments {
  bool offline = false;
  bool no_request = false;
  bool registering = false;
};

/// Prints a line on standard error, wrapped at the width of a terminal; further lines are indented
/// by two more characters.
void print_error(std::string_view line) {
  constexpr std::size_t narrowest = 20;
  constexpr std::size_t step = 2;
  const auto begin = std::min(line.find_first_not_of(' '), line.size());
  std::string margin(line.substr(0, begin));
  const auto columns = columns_of(stderr);
  if (!columns || *columns < begin + step + narrowest) {
    fmt::print(stderr, "{}\n", line);
    return;
  }
  for (const auto& part : wrapped(line.substr(begin), *columns - begin - step)) {
    fmt::print(stderr, "{}{}\n", margin, part);
    margin.assign(begin + step, ' ');
  }
}

class Report final {
 public:
  void show(std::string_view name, const CheckResult& result) {
    constexpr std::size_t name_width = 10;
    constexpr std::size_t state_width = 8;
    const auto [word, style] = look_of(result.state);
    auto front = paint_(style, padded(word, state_width)) + "  " +
                 padded(std::string(name), name_width) + "  ";
    const auto used = state_width + 2 + std::max(name_width, width_of(name)) + 2;
    for (const auto& line : lines_of(printable(result.text), used)) {
      fmt::print("{}{}\n", front, line);
      front.assign(used, ' ');
    }
    std::fflush(stdout);
    failed_ = failed_ || result.state == CheckResult::State::failed;
  }
  [[nodiscard]] bool failed() const { return failed_; }

 private:
  /// Wraps lines at the terminal's width, if that is known and wide enough.
  [[nodiscard]] std::vector<std::string> lines_of(const std::string& text, std::size_t used) const {
    constexpr std::size_t narrowest = 20;
    if (!columns_ || *columns_ < used + narrowest) return {text};
    return wrapped(text, *columns_ - used);
  }

  static std::pair<const char*, Style> look_of(CheckResult::State state) {
    switch (state) {
      case CheckResult::State::ok:
        return {"ok", Style::green};
      case CheckResult::State::warning:
        return {"warning", Style::yellow};
      case CheckResult::State::failed:
        return {"FAILED", Style::red};
      case CheckResult::State::skipped:
        break;
    }
    return {"skipped", Style::dim};
  }

  Paint paint_ = Paint::for_stream(stdout);
  std::optional<std::size_t> columns_ = columns_of(stdout);
  bool failed_ = false;
};

void check_services(const SharedArguments& shared, const CheckArguments& arguments,
                    const settings::Loaded& loaded, Interruption& interruption, Report& report) {
  signal(SIGPIPE, SIG_IGN);
  const auto stop = interruption.gently();
  Dependencies dependencies(shared.product, loaded.settings,
                            app::log_for_people(shared.product, loaded), stop);
  const auto look = [&](std::string_view name, const auto& find) {
    if (stop.stop_requested()) return;
    const CheckResult result = find();
    if (!stop.stop_requested()) report.show(name, result);
  };
  if (arguments.offline) {
    look("cache", [&] { return dependencies.cache(); });
    return;
  }
  look("platform", [&] { return dependencies.platform(); });
  const auto look_at_each = [&](auto&& lines_of) {
    if (stop.stop_requested()) return;
    const auto lines = lines_of();
    for (const auto& [name, result] : lines) look(name, [&] { return result; });
  };
  look_at_each([&] { return dependencies.token(); });
  look_at_each([&] { return dependencies.features(); });
  look("broker", [&] { return dependencies.broker(arguments.registering); });
  look("cache", [&] { return dependencies.cache(); });
  look_at_each([&] { return dependencies.ports(); });
  if (const auto store = dependencies.shared_store()) look("store", [&] { return *store; });
  look(word_of_source(shared.product), [&] {
    return arguments.no_request ? CheckResult{CheckResult::State::skipped, "no request was sent"}
                                : dependencies.source();
  });
  look("clock", [&] { return dependencies.clock(); });
}

app::ExitCode check(const SharedArguments& shared, const CheckArguments& arguments,
                    Interruption& interruption) {
  Report report;
  const auto loaded = settings::load_from_process(shared.product, shared.config_path);
  if (!loaded) {
    report.show("settings", {CheckResult::State::failed, "invalid, see below"});
    for (const auto& line : app::lines_of(shared.product, loaded.error())) print_error(line);
    return app::ExitCode::configuration;
  }
  report.show("settings",
              {CheckResult::State::ok, loaded->warnings.empty()
                                           ? std::string("valid")
                                           : std::string("valid; see the warnings below")});
  check_services(shared, arguments, *loaded, interruption, report);
  for (const auto& warning : loaded->warnings) print_error("warning: " + warning);
  return report.failed() ? app::ExitCode::failed : app::ExitCode::ok;
}

}  // namespace

Command add_check(CLI::App& program, const SharedArguments& shared) {
  auto* parser = program.add_subcommand(
      "check",
      in_words_of(
          shared.product,
          "Check settings, platform, token, broker, cache, ports, {source} and clock, and say what "
          "to fix"));
  auto arguments = std::make_shared<CheckArguments>();
  parser->add_flag("--offline", arguments->offline,
                   "Check only settings and cache file, without any connection");
  parser->add_flag(
      "--no-request", arguments->no_request,
      in_words_of(shared.product,
                  "Send no request to {source}: the check then uses none of the quota"));
  parser->add_flag(
      "--register", arguments->registering,
      "Register the connector if the platform does not know it yet, to get the broker's address");
  parser->footer(examples(shared.product, {"{program} check --offline", "{program} check"}));
  return {parser, [&shared, arguments](Interruption& interruption) {
            return check(shared, *arguments, interruption);
          }};
}

}  // namespace commands
