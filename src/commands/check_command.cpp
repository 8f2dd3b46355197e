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

app::ExitCode check(const SharedArguments& shared, const CheckArguments& arguments,
                    Interruption& interruption) {
  Report report;
  const auto loaded = settings::load_from_process(shared.product, shared.config_path);
  if (!loaded) {
    report.show("settings", {CheckResult::State::failed, "cannot be used, see below"});
    app::print_problems(loaded.error());
    return app::ExitCode::configuration;
  }
  report.show("settings",
              {CheckResult::State::ok, loaded->warnings.empty()
                                           ? std::string("all are usable")
                                           : std::string("all are usable; warnings are below")});
  for (const auto& warning : loaded->warnings) fmt::print(stderr, "warning: {}\n", warning);

  signal(SIGPIPE, SIG_IGN);
  const auto stop = interruption.gently();
  Dependencies dependencies(shared.product, loaded->settings,
                            app::log_for_people(shared.product, *loaded), stop);
  const auto look = [&](std::string_view name, const auto& find) {
    if (stop.stop_requested()) return;
    const CheckResult result = find();
    if (!stop.stop_requested()) report.show(name, result);
  };
  if (arguments.offline) {
    look("cache", [&] { return dependencies.cache(); });
    return report.failed() ? app::ExitCode::failed : app::ExitCode::ok;
  }
  look("platform", [&] { return dependencies.platform(); });
  if (!stop.stop_requested()) {
    const auto lines = dependencies.token();
    for (const auto& [name, result] : lines) look(name, [&] { return result; });
  }
  look("broker", [&] { return dependencies.broker(arguments.registering); });
  look("cache", [&] { return dependencies.cache(); });
  if (const auto store = dependencies.shared_store()) look("store", [&] { return *store; });
  look(word_of_source(shared.product), [&] {
    return arguments.no_request ? CheckResult{CheckResult::State::skipped, "no request was made"}
                                : dependencies.source();
  });
  return report.failed() ? app::ExitCode::failed : app::ExitCode::ok;
}

}  // namespace

Command add_check(CLI::App& program, const SharedArguments& shared) {
  auto* parser = program.add_subcommand(
      "check",
      in_words_of(
          shared.product,
          "Check settings, platform, token, broker, cache and {source}, and say what to fix"));
  auto arguments = std::make_shared<CheckArguments>();
  parser->add_flag("--offline", arguments->offline,
                   "Check only settings and cache file, without any connection");
  parser->add_flag("--no-request", arguments->no_request,
                   in_words_of(shared.product,
                               "Send no request to {source}, which would cost one of the quota"));
  parser->add_flag(
      "--register", arguments->registering,
      "Register the connector if the platform does not know it yet, to get the broker's address");
  parser->footer(examples(shared.product, {"{program} check --offline", "{program} check"}));
  return {parser, [&shared, arguments](Interruption& interruption) {
            return check(shared, *arguments, interruption);
          }};
}

}  // namespace commands
