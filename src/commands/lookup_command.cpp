#include <fmt/format.h>
#include <signal.h>
#include <unistd.h>

#include <algorithm>
#include <iostream>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <CLI/CLI.hpp>

#include "app/problems.hpp"
#include "commands/commands.hpp"
#include "commands/guest_source.hpp"
#include "commands/interruption.hpp"
#include "commands/manual_lookup.hpp"
#include "commands/observed_value.hpp"
#include "commands/one_line.hpp"
#include "commands/progress.hpp"
#include "commands/summary.hpp"
#include "commands/value_kinds.hpp"
#include "commands/values_in.hpp"
#include "text/number.hpp"

namespace commands {
namespace {

constexpr std::size_t longest_answer = std::size_t{16} * 1024 * 1024;
constexpr std::size_t shown_of_value = 100;

struct LookupArguments {
  std::vector<std::string> values;
  std::optional<std::string> offline;
  bool json = false;
  bool bundle = false;
  bool fresh = false;
  bool full = false;

  [[nodiscard]] bool for_programs() const { return json || bundle; }
};

/// A value as a recognised observable.
struct Recognised {
  /// Empty if it can be looked up.
  std::string problem = {};
  stix::Observable observable = {};
};

std::string not_looked_up(const std::string& value, const std::string& why) {
  return fmt::format("'{}' was not looked up: {}", printable(value, shown_of_value), why);
}

Recognised recognised(const ValueIn& value, const source::Product& product) {
  if (!value.problem.empty()) return {.problem = value.problem};
  auto observable = observable_of(value.text, product);
  if (!observable) return {.problem = not_looked_up(value.text, observable.error())};
  return {.observable = std::move(*observable)};
}

/// The width of the longest value on the terminal.
std::size_t width_of_values(const std::vector<Recognised>& values) {
  std::size_t width = 0;
  for (const auto& [problem, observable] : values) {
    if (problem.empty()) width = std::max(width, width_of(shown_value(observable)));
  }
  return width;
}

/// Looks up all values one after the other, and prints the results.
class Session final {
 public:
  Session(const LookupArguments& arguments, std::size_t total, std::size_t value_width = 0)
      : arguments_(arguments),
        single_(total == 1),
        progress_(total),
        look_(look(arguments, value_width)) {}

  void show(const LookedUp& looked_up) {
    progress_.hide();
    if (arguments_.for_programs()) {
      print_for_programs(looked_up);
    } else {
      fmt::print("{}", single_ || arguments_.full ? summary(looked_up, paint_, look_)
                                                  : summary_line(looked_up, paint_, look_));
    }
    flush();
    const auto category = looked_up.category();
    asked_ = asked_ || category != OutcomeCategory::not_asked;
    failed_ = failed_ || category == OutcomeCategory::unusable;
    if (category == OutcomeCategory::limited || category == OutcomeCategory::outage) {
      unavailable_ = true;
    } else {
      progress_.advance();
    }
  }

  /// Whether to stop early: the source does not answer, or the output is closed.
  [[nodiscard]] bool over() const { return unavailable_ || unread_; }

  void complain(const std::string& text) {
    progress_.hide();
    fmt::print(stderr, "{}\n", text);
    bad_value_ = true;
  }

  /// Rejects an invalid value; in JSON output it gets a line too.
  void reject(const std::string& text) {
    complain(text);
    if (arguments_.for_programs()) fmt::print("null\n");
    flush();
    progress_.advance();
  }

  [[nodiscard]] app::ExitCode outcome() const {
    if (unread_) return app::ExitCode::failed;
    if (unavailable_) return app::ExitCode::unavailable;
    if (bad_value_) return app::ExitCode::bad_value;
    return failed_ ? app::ExitCode::failed : app::ExitCode::ok;
  }

  void end(const std::string& requests_left, std::size_t not_asked) {
    progress_.hide();
    if (not_asked > 0) {
      fmt::print(stderr, "Stopped: {} of the values {} not looked up.\n", not_asked,
                 not_asked == 1 ? "was" : "were");
    }
    const bool read_by_people = !arguments_.for_programs() && is_terminal(stdout);
    if (asked_ && !requests_left.empty() && read_by_people) {
      fmt::print("\n  {}\n", paint_(Style::dim, requests_left));
    }
  }

 private:
  static SummaryOptions look(const LookupArguments& arguments, std::size_t value_width) {
    auto options = options_for_output();
    options.full = arguments.full;
    if (options.width) options.value_width = std::min(value_width, *options.width / 2);
    return options;
  }

  void flush() { unread_ = std::fflush(stdout) != 0 || std::ferror(stdout) != 0; }

  void print_for_programs(const LookedUp& looked_up) {
    const auto& answer = looked_up.verdict.answer;
    if (arguments_.bundle) {
      fmt::print("{}\n", bundle_of(looked_up));
    } else {
      fmt::print("{}\n", answer.empty() ? "null" : on_one_line(answer));
    }
    if (!looked_up.known) {
      const auto line = summary_line(looked_up, Paint(false));
      fmt::print(stderr, "{}", line);
    }
  }

  const LookupArguments& arguments_;
  bool single_;
  Progress progress_;
  SummaryOptions look_;
  Paint paint_ = Paint::for_stream(stdout);
  bool asked_ = false;
  bool unread_ = false;
  bool unavailable_ = false;
  bool bad_value_ = false;
  bool failed_ = false;
};

app::ExitCode ask_source(const source::Product& product, const LookupArguments& arguments,
                         const std::vector<Recognised>& values, const settings::Loaded& loaded,
                         Interruption& interruption) {
  const auto& settings = loaded.settings;
  signal(SIGPIPE, SIG_IGN);
  const auto stop = interruption.gently();
  // Failures of requests are reported as their outcomes.
  const auto log = app::log_for_people(product, loaded);
  const GuestSource source(product, settings,
                           open_store(product, settings, Creation::of_own_files, log), silence());
  if (const auto problem = source.shared_problem(); !problem.empty()) {
    log.warning("Continuing without the shared store: requests are not counted in it",
                {{"reason", problem}});
  }
  const bool fresh = arguments.fresh || settings.policies.fresh_for_manual;
  Session session(arguments, values.size(), width_of_values(values));
  std::size_t done = 0;
  for (const auto& [problem, observable] : values) {
    if (session.over() || stop.stop_requested()) break;
    if (!problem.empty()) {
      session.reject(problem);
    } else {
      const auto looked_up = look_up(*source, observable, fresh, stop);
      if (stop.stop_requested()) break;
      session.show(looked_up);
    }
    ++done;
  }
  session.end(source.requests_left(), values.size() - done);
  return session.outcome();
}

app::ExitCode reject_all(const LookupArguments& arguments, const std::vector<Recognised>& values) {
  signal(SIGPIPE, SIG_IGN);
  Session session(arguments, values.size());
  for (const auto& value : values) {
    if (!session.over()) session.reject(value.problem);
  }
  session.end("", 0);
  return session.outcome();
}

app::ExitCode read_offline(const source::Product& product, const LookupArguments& arguments,
                           const std::vector<ValueIn>& values) {
  const auto& saved = *product.saved_answers;
  Session session(arguments, 1);
  const auto answer = settings::DiskFiles().read(*arguments.offline, longest_answer);
  if (!answer) {
    session.complain(fmt::format("{}: the file {}", printable(*arguments.offline), answer.error()));
    return session.outcome();
  }
  if (!values.empty() && !values.front().problem.empty()) {
    session.reject(values.front().problem);
    return session.outcome();
  }
  const auto value = values.empty() ? saved.subject(*answer) : values.front().text;
  if (value.empty()) {
    session.complain(
        "The saved answer does not name its object, or is not an answer; also give the value.");
    return session.outcome();
  }
  const auto observable = observable_of(value, product);
  if (!observable) {
    session.reject(not_looked_up(value, observable.error()));
    return session.outcome();
  }
  if (const auto other = saved.other_subject(*answer, *observable)) {
    session.reject(not_looked_up(
        value, fmt::format("the saved answer is about '{}'", printable(*other, shown_of_value))));
    return session.outcome();
  }
  const auto looked_up = look_up_in(saved, product.source, *answer, *observable);
  session.show(looked_up);
  return looked_up.category() == OutcomeCategory::unusable ? app::ExitCode::bad_value
                                                           : session.outcome();
}

void say_how_to_try_it(const source::Product& product) {
  if (!product.saved_answers) return;
  const auto sample = product.saved_answers->sample;
  fmt::print(stderr, "Without a key, try a saved answer: {} lookup --offline {}\n", product.program,
             sample.empty() ? "FILE" : fmt::format("{} (in the sources)", sample));
}

app::ExitCode nothing_to_look_up(const source::Product& product) {
  fmt::print(stderr, "Nothing to look up: name a value, or - for standard input.\n");
  say_how_to_try_it(product);
  return app::ExitCode::usage;
}

auto load(const SharedArguments& shared, bool offline) {
  const auto& prefix = shared.product.prefix;
  bool with_id = false;
  const auto read = [&] {
    return settings::load_from_process(
        shared.product, shared.config_path, [&](const settings::Row& row) {
          // Without requests, keys are not necessary.
          if (offline && row.required) return false;
          if (row.name.starts_with(prefix) || row.environment_only) return true;
          return !offline && (row.name.starts_with("CONNECTOR_STORE") ||
                              (with_id && row.name == "CONNECTOR_ID"));
        });
  };
  auto loaded = read();
  if (!loaded || loaded->settings.shared.url.empty()) return loaded;
  // The keys of the store that replicas share contain the connector's id, which is not necessary
  // otherwise.
  with_id = true;
  return read();
}

app::ExitCode say_what_is_missing(const SharedArguments& shared,
                                  const settings::Problems& problems) {
  app::print_problems(shared.product, problems);
  if (load(shared, true)) say_how_to_try_it(shared.product);
  return app::ExitCode::configuration;
}

/// Whether values are typed at a terminal.
bool waits_for_people(const LookupArguments& arguments) {
  return isatty(STDIN_FILENO) == 1 &&
         std::find(arguments.values.begin(), arguments.values.end(), "-") != arguments.values.end();
}

app::ExitCode look_up(const SharedArguments& shared, const LookupArguments& arguments,
                      Interruption& interruption) {
  const auto& product = shared.product;
  const bool offline = arguments.offline.has_value();
  if (!offline && arguments.values.empty()) return nothing_to_look_up(product);
  const auto loaded = load(shared, offline);
  if (!loaded && (offline || waits_for_people(arguments))) {
    return say_what_is_missing(shared, loaded.error());
  }
  const auto in = values_in(arguments.values, std::cin);
  if (in.too_many) {
    fmt::print(stderr, "More than {} values; nothing was looked up. Split them.\n",
               text::grouped(static_cast<std::int64_t>(ValueLimits().max_values)));
    return app::ExitCode::bad_value;
  }
  if (offline && in.values.size() <= 1) {
    return read_offline(product, arguments, in.values);
  }
  if (offline) {
    fmt::print(stderr, "A saved answer is about one value; give no other value.\n");
    return app::ExitCode::usage;
  }
  if (in.values.empty()) return nothing_to_look_up(product);
  std::vector<Recognised> values;
  values.reserve(in.values.size());
  for (const auto& value : in.values) values.push_back(recognised(value, product));
  const auto usable = [](const Recognised& value) { return value.problem.empty(); };
  if (std::none_of(values.begin(), values.end(), usable)) return reject_all(arguments, values);
  if (loaded) return ask_source(product, arguments, values, *loaded, interruption);
  for (const auto& value : values) {
    if (!value.problem.empty()) fmt::print(stderr, "{}\n", value.problem);
  }
  return say_what_is_missing(shared, loaded.error());
}

/// Lines for the help: with one, two and many values.
std::vector<std::string> examples_of(const ValueKinds& kinds) {
  const auto values = kinds.examples();
  std::vector<std::string> lines;
  if (!values.empty()) lines.push_back("{program} lookup " + values.front());
  if (values.size() > 2) lines.push_back("{program} lookup " + values.back() + " " + values[1]);
  lines.emplace_back("{program} lookup --json - < values.txt > answers.ndjson");
  return lines;
}

}  // namespace

Command add_lookup(CLI::App& program, const SharedArguments& shared) {
  const ValueKinds kinds(shared.product.scopes);
  auto* parser =
      program.add_subcommand("lookup", fmt::format("Look up {} at {}, and show the results",
                                                   kinds.all_of_them(), shared.product.source));
  auto arguments = std::make_shared<LookupArguments>();
  parser
      ->add_option("value", arguments->values,
                   kinds.in_full() +
                       ", also defanged (hxxp, [.]); - reads them from standard input, one per "
                       "line; blank lines and # comments are skipped")
      ->type_name("VALUE");
  auto* json = parser->add_flag("--json", arguments->json,
                                "The answers unchanged, one per line; null if there is none");
  parser
      ->add_flag(
          "--bundle", arguments->bundle,
          "The STIX bundles that the connector would send, one per line; null if there is none")
      ->excludes(json);
  parser->add_flag("--full", arguments->full,
                   "All rows of each list, and everything about each of several values");
  parser->add_flag("--fresh", arguments->fresh, "Request a new answer, even if one is cached");
  auto footer = examples(shared.product, examples_of(kinds));
  if (shared.product.saved_answers) {
    parser
        ->add_option("--offline", arguments->offline,
                     "A saved answer instead of a request; needs no key")
        ->type_name("FILE");
    footer += in_words_of(shared.product, "\n  {program} lookup --bundle --offline answer.json");
  }
  parser->footer(footer);
  return {parser, [&shared, arguments](Interruption& interruption) {
            return look_up(shared, *arguments, interruption);
          }};
}

}  // namespace commands
