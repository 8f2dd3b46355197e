#include "commands/command_line.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <array>
#include <cstdio>
#include <exception>
#include <string>
#include <vector>

#include <CLI/CLI.hpp>

#include "commands/commands.hpp"
#include "commands/interruption.hpp"
#include "commands/terminal.hpp"
#include "configuration/text.hpp"

namespace commands {
namespace {

constexpr auto* config_option = "--config";

/// In the order of the help. The first command is the default.
constexpr std::array<AddCommand, 10> all_commands{
    add_run,   add_lookup, add_check,   add_healthcheck, add_config,
    add_store, add_schema, add_version, add_completion,  add_man};

constexpr std::size_t help_width = 100;

/// The text that follows `used` characters of its first line, in lines of maximum `help_width`.
std::string in_help(std::string_view text, std::size_t used) {
  const auto indent = "\n" + std::string(used, ' ');
  return fmt::format("{}", fmt::join(wrapped(text, help_width - used), indent));
}

std::string exit_codes(const source::Product& product) {
  constexpr std::size_t used = 7;
  std::string out = "Exit codes:";
  for (const auto& [code, meaning] : app::exit_code_meanings) {
    out += fmt::format("\n  {:>3}  {}", code, in_help(in_words_of(product, meaning), used));
  }
  return out;
}

std::string description_of(const source::Product& product) {
  const auto document = product.settings_document.empty()
                            ? std::string()
                            : fmt::format("; {} lists them", product.settings_document);
  return fmt::format("{}\n\nSettings come from the environment, then from config.yml{}.",
                     product.about, document);
}

std::string footer(const source::Product& product) {
  std::string with_keys;
  for (const auto& row : product.settings) {
    if (!row.required || !row.secret) continue;
    with_keys +=
        fmt::format("{}=/run/secrets/{} ", configuration::file_form(row), word_of_source(product));
  }
  with_keys += product.program;
  return examples(product,
                  {"# start it",
                   "OPENCTI_URL=https://opencti.example OPENCTI_TOKEN_FILE=/run/secrets/opencti \\",
                   with_keys, "# what a command can do", "{program} lookup --help"});
}

/// The help also shows the exit codes, for which the manual page has a section, and with each
/// command the option that all have.
class Help final : public CLI::Formatter {
 public:
  explicit Help(const source::Product& product) : exit_codes_(exit_codes(product)) {}

  std::string make_footer(const CLI::App* app) const override {
    const auto footer = CLI::Formatter::make_footer(app);
    const auto* program = app->get_parent();
    if (program == nullptr) return footer + "\n" + exit_codes_ + "\n";
    const auto option =
        make_group("Option of all commands", false, {program->get_option(config_option)});
    // In some versions of CLI11 the footer begins with an empty line, in others that precedes it.
    return footer.starts_with('\n') ? option + footer : option.substr(1) + "\n" + footer;
  }

  std::string make_option_desc(const CLI::Option* option) const override {
    // CLI11 indents the further lines.
    return fmt::format("{}", fmt::join(wrapped(CLI::Formatter::make_option_desc(option),
                                               help_width - column_width_),
                                       "\n"));
  }

  std::string make_subcommand(const CLI::App* command) const override {
    return padded("  " + command->get_name(), column_width_) +
           in_help(command->get_description(), column_width_) + "\n";
  }

 private:
  std::string exit_codes_;
};

/// The command that is most similar to an unknown word; empty: none is similar.
std::string meant_command(const CLI::App& program) {
  const auto words = program.remaining();
  if (words.empty() || !program.get_subcommands().empty()) return {};
  std::vector<std::string> names;
  for (const auto* command : program.get_subcommands({})) names.push_back(command->get_name());
  return configuration::nearest(words.front(), names);
}

/// The text may quote the arguments.
std::string usage_problem(const CLI::App* program, const CLI::Error& error) {
  const auto meant = meant_command(*program);
  return fmt::format("{}{}\nRun with --help for more information.\n", printable(error.what()),
                     meant.empty() ? "" : fmt::format("; did you mean {}?", meant));
}

/// Flushes the output, which may fail, for example on a full disk.
app::ExitCode with_output_written(app::ExitCode code) {
  if (std::fflush(stdout) == 0 && std::ferror(stdout) == 0) return code;
  fmt::print(stderr, "The output could not be written.\n");
  return code == app::ExitCode::ok ? app::ExitCode::failed : code;
}

app::ExitCode run_safely(const Command& command) {
  Interruption interruption;
  if (!command.handles_signals) interruption.watch();
  try {
    const auto code = with_output_written(command.run(interruption));
    const auto signal = interruption.signal();
    return signal ? app::ended_by(*signal) : code;
  } catch (const std::exception& trouble) {
    fmt::print(stderr, "{}\n", printable(trouble.what()));
    return app::ExitCode::failed;
  }
}

app::ExitCode parse_and_run(CLI::App& program, const std::vector<Command>& commands, int argc,
                            const char* const* argv) {
  try {
    program.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    const bool asked_for_help = error.get_exit_code() == static_cast<int>(CLI::ExitCodes::Success);
    program.exit(error);
    return asked_for_help ? with_output_written(app::ExitCode::ok) : app::ExitCode::usage;
  }
  for (const auto& command : commands) {
    if (command.parser->parsed()) return run_safely(command);
  }
  return run_safely(commands.front());
}

}  // namespace

int run_command_line(const source::Product& product, int argc, const char* const* argv) {
  SharedArguments shared{.product = product};
  CLI::App program(description_of(product), std::string(product.program));
  program.formatter(std::make_shared<Help>(product));
  program.footer(footer(product));
  program.failure_message(usage_problem);
  program.set_version_flag("--version", std::string(product.version), "Print only the version");
  program.require_subcommand(0, 1);
  program.fallthrough();
  program
      .add_option(config_option, shared.config_path,
                  "Configuration file instead of config.yml in the working directory")
      ->type_name("FILE");
  std::vector<Command> commands;
  commands.reserve(all_commands.size());
  for (const auto& add : all_commands) commands.push_back(add(program, shared));
  return static_cast<int>(parse_and_run(program, commands, argc, argv));
}

}  // namespace commands
