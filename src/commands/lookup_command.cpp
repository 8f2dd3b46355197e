#include <fmt/format.h>
#include <signal.h>

#include <algorithm>
#include <iostream>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <CLI/CLI.hpp>

#include "app/options.hpp"
#include "app/problems.hpp"
#include "commands/commands.hpp"
#include "commands/guest_source.hpp"
#include "commands/interruption.hpp"
#include "commands/manual_lookup.hpp"
#include "commands/observed_value.hpp"
#include "commands/one_line.hpp"
#include "commands/progress.hpp"
#include "commands/summary.hpp"
#include "commands/values_in.hpp"

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

/// Looks all values up, one after the other, and prints what came of each.
class Session final {
 public:
  Session(const LookupArguments& arguments, std::size_t total)
      : arguments_(arguments), single_(total == 1), progress_(total) {}

  void show(const LookedUp& looked_up) {
    progress_.hide();
    if (arguments_.for_programs()) {
      print_for_programs(looked_up);
    } else {
      fmt::print("{}", single_ || arguments_.full ? summary(looked_up, paint_, {arguments_.full})
                                                  : summary_line(looked_up, paint_));
    }
    flush();
    const auto standing = looked_up.standing();
    asked_ = asked_ || standing != Standing::not_asked;
    failed_ = failed_ || standing == Standing::unusable;
    if (standing == Standing::outage) {
      unavailable_ = true;
    } else {
      progress_.advance();
    }
  }

  /// It is no use to go on: the source does not answer, or nobody reads what it says.
  [[nodiscard]] bool over() const { return unavailable_ || unread_; }

  void complain(const std::string& text) {
    progress_.hide();
    fmt::print(stderr, "{}\n", text);
    bad_value_ = true;
  }

  /// A value that stands for nothing; programs get a line for it all the same.
  void refuse(const std::string& text) {
    complain(text);
    if (arguments_.for_programs()) fmt::print("null\n");
    flush();
    progress_.advance();
  }

  void refuse(const std::string& value, const std::string& why) {
    refuse(fmt::format("'{}' was not looked up: {}", printable(value, shown_of_value), why));
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
    if (asked_ && !requests_left.empty() && !arguments_.for_programs()) {
      fmt::print("\n  {}\n", paint_(Style::dim, requests_left));
    }
  }

 private:
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
  Paint paint_ = Paint::for_stream(stdout);
  bool asked_ = false;
  bool unread_ = false;
  bool unavailable_ = false;
  bool bad_value_ = false;
  bool failed_ = false;
};

app::ExitCode ask_source(const source::Product& product, const LookupArguments& arguments,
                         const std::vector<ValueIn>& values, const settings::Loaded& loaded,
                         Interruption& interruption) {
  const auto& settings = loaded.settings;
  signal(SIGPIPE, SIG_IGN);
  const auto stop = interruption.gently();
  // What goes wrong with a request is told as its outcome.
  const GuestSource source(
      product, settings,
      open_store(product, settings, Creation::of_own_files, app::log_for_people(product, loaded)),
      silence());
  const bool fresh = arguments.fresh || settings.policies.fresh_for_manual;
  Session session(arguments, values.size());
  std::size_t done = 0;
  for (const auto& [text, problem] : values) {
    if (session.over() || stop.stop_requested()) break;
    if (!problem.empty()) {
      session.refuse(problem);
    } else if (const auto observable = observable_of(text); !observable) {
      session.refuse(text, observable.error());
    } else {
      const auto looked_up = look_up(*source, *observable, fresh, stop);
      if (stop.stop_requested()) break;
      session.show(looked_up);
    }
    ++done;
  }
  session.end(source.requests_left(), values.size() - done);
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
    session.refuse(values.front().problem);
    return session.outcome();
  }
  const auto value = values.empty() ? saved.subject(*answer) : values.front().text;
  if (value.empty()) {
    session.complain(
        "The saved answer does not say what it is about, or is none; name the value, too.");
    return session.outcome();
  }
  const auto observable = observable_of(value);
  if (!observable) {
    session.refuse(value, observable.error());
    return session.outcome();
  }
  if (const auto other = saved.other_subject(*answer, *observable)) {
    session.refuse(
        value, fmt::format("the saved answer is about '{}'", printable(*other, shown_of_value)));
    return session.outcome();
  }
  const auto looked_up = look_up_in(saved, product.source, *answer, *observable);
  session.show(looked_up);
  return looked_up.standing() == Standing::unusable ? app::ExitCode::bad_value : session.outcome();
}

app::ExitCode nothing_to_look_up() {
  fmt::print(stderr, "Nothing to look up: name a value, or - for standard input.\n");
  return app::ExitCode::usage;
}

app::ExitCode look_up(const SharedArguments& shared, const LookupArguments& arguments,
                      Interruption& interruption) {
  const bool offline = arguments.offline.has_value();
  if (!offline && arguments.values.empty()) return nothing_to_look_up();
  const auto loaded = settings::load_from_process(
      shared.product, shared.config_path, [&](const settings::Row& row) {
        if (offline && row.required) return false;
        return row.name.starts_with(shared.product.prefix) || row.environment_only;
      });
  if (!loaded) {
    app::print_problems(loaded.error());
    return app::ExitCode::configuration;
  }
  const auto in = values_in(arguments.values, std::cin);
  if (in.too_many) {
    fmt::print(stderr, "More than {} values; nothing was looked up. Split them.\n",
               ValueLimits().most);
    return app::ExitCode::bad_value;
  }
  if (offline && in.values.size() <= 1) {
    return read_offline(shared.product, arguments, in.values);
  }
  if (offline) {
    fmt::print(stderr, "A saved answer is about one value.\n");
    return app::ExitCode::usage;
  }
  if (in.values.empty()) return nothing_to_look_up();
  return ask_source(shared.product, arguments, in.values, *loaded, interruption);
}

}  // namespace

Command add_lookup(CLI::App& program, const SharedArguments& shared) {
  auto* parser = program.add_subcommand(
      "lookup",
      in_words_of(shared.product,
                  "Ask {source} about hashes, addresses, domains and URLs, and show what it says"));
  auto arguments = std::make_shared<LookupArguments>();
  parser
      ->add_option(
          "value", arguments->values,
          "MD5, SHA-1, SHA-256, IP address, domain or URL, also defanged (hxxp, [.]); - reads "
          "them from standard input, one a line, without blank lines and # comments")
      ->type_name("VALUE");
  auto* json = parser->add_flag("--json", arguments->json,
                                "The answers as they came, one a line; null where there is none");
  parser
      ->add_flag("--bundle", arguments->bundle,
                 "The STIX bundles that the connector would send, one a line; null for none")
      ->excludes(json);
  parser->add_flag("--full", arguments->full,
                   "All rows of each list, and all that is known of each of several values");
  parser->add_flag("--fresh", arguments->fresh, "Ask anew, whatever is remembered");
  auto footer =
      examples(shared.product, {"{program} lookup 44d88612fea8a8f36de82e1278abb02f",
                                "{program} lookup 'hxxps://example[.]com/login' 198.51.100.7",
                                "{program} lookup --json - < values.txt > answers.ndjson"});
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
