#include "commands/man_page.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "app/exit_code.hpp"
#include "commands/command.hpp"
#include "settings/table.hpp"

namespace commands {
namespace {

/// Escapes one line of text, so that it has no roff requests or escapes, and each `-` can be copied
/// as a hyphen-minus.
std::string roff(std::string_view text) {
  std::string out;
  if (text.starts_with('.') || text.starts_with('\'')) out += "\\&";
  for (const char c : text) {
    switch (c) {
      case '\\':
        out += "\\e";
        break;
      case '-':
        out += "\\-";
        break;
      case '\'':
        out += "\\(aq";
        break;
      case '`':
        out += "\\(ga";
        break;
      case '~':
        out += "\\(ti";
        break;
      case '^':
        out += "\\(ha";
        break;
      default:
        out += c;
    }
  }
  return out;
}

/// Wraps lines at 72 characters.
std::string wrapped(std::string_view text) {
  constexpr std::size_t longest = 72;
  std::string out;
  while (text.size() > longest) {
    const auto blank = text.rfind(' ', longest);
    if (blank == std::string_view::npos || blank == 0) break;
    out += roff(text.substr(0, blank)) + "\n";
    text.remove_prefix(blank + 1);
  }
  return out + roff(text) + "\n";
}

/// Unfilled lines.
std::string verbatim(std::string_view text) {
  std::string out = ".EX\n";
  while (!text.empty()) {
    const auto end = std::min(text.find('\n'), text.size());
    out += roff(text.substr(0, end)) + "\n";
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return out + ".EE\n";
}

/// Filled paragraphs.
std::string paragraphs(std::string_view text) {
  std::string out;
  while (!text.empty()) {
    const auto end = std::min(text.find('\n'), text.size());
    const auto line = text.substr(0, end);
    out += line.empty() ? ".PP\n" : wrapped(line);
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return out;
}

std::string entry(const std::string& head, std::string_view text) {
  return fmt::format(".TP\n{}\n{}", head, wrapped(text));
}

std::string option_head(const OptionEntry& option) {
  std::string out;
  for (const auto& name : option.names) {
    out += fmt::format("{}\\fB{}\\fR", out.empty() ? "" : ", ", roff(name));
  }
  if (option.value.taken()) out += fmt::format(" \\fI{}\\fR", roff(option.value.name));
  return out;
}

std::string positional_usage(const PositionalEntry& positional) {
  auto out =
      fmt::format("\\fI{}\\fR{}", roff(positional.value.name), positional.several ? " ..." : "");
  return positional.required ? out : fmt::format("[{}]", out);
}

std::string command_section(const CommandEntry& command) {
  auto out = fmt::format(".SS \"\\fB{}\\fR", roff(command.name));
  for (const auto& positional : command.positionals) out += " " + positional_usage(positional);
  out += fmt::format("\"\n{}", wrapped(command.description + "."));
  for (const auto& positional : command.positionals) {
    out += entry(fmt::format("\\fI{}\\fR", roff(positional.value.name)), positional.description);
  }
  for (const auto& option : command.options) {
    if (option.names.back() != "--help") out += entry(option_head(option), option.description);
  }
  if (!command.footer.empty()) out += ".PP\n" + verbatim(command.footer);
  return out;
}

std::string settings_section(const source::Product& product) {
  settings::Settings unused;
  const auto table = settings::table(product, unused);
  std::string out = ".SH ENVIRONMENT\nAll settings, by their variables.\n";
  if (!product.settings_document.empty()) {
    out += fmt::format("Meaning, allowed values and default of each: {}.\n",
                       roff(product.settings_document));
  }
  for (const auto& chapter : table.chapters()) {
    out += fmt::format(".SS \"{}\"\n", roff(chapter.title));
    for (const auto& row : chapter.rows) {
      out += entry(fmt::format("\\fB{}\\fR", roff(row.name)), fmt::format("{}.", row.title));
    }
  }
  return out;
}

std::string exit_section(const source::Product& product) {
  std::string out = ".SH \"EXIT STATUS\"\n";
  for (const auto& [code, meaning] : app::exit_code_meanings) {
    out += entry(fmt::format("\\fB{}\\fR", code), in_words_of(product, meaning) + ".");
  }
  return out;
}

std::string files_section(const source::Product& product) {
  return ".SH FILES\n" +
         entry("\\fIconfig.yml\\fR",
               "Settings that the environment does not have; in the working directory, or the file "
               "of --config.") +
         entry(fmt::format("\\fI${}CACHE_PATH\\fR", product.prefix),
               in_words_of(
                   product,
                   "Answers of {source}, the request count of the day, and accepted messages."));
}

}  // namespace

std::string man_page(const source::Product& product, const CommandEntry& program) {
  auto name = program.name;
  std::transform(name.begin(), name.end(), name.begin(), [](char c) {
    return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
  });
  auto out = fmt::format(
      ".\\\" Made by `{0} man`; `./dev generate` renews it.\n"
      ".TH {1} 1 \"\" \"{0} {2}\" \"User Commands\"\n"
      ".SH NAME\n{3} \\- OpenCTI connector for {4}\n"
      ".SH SYNOPSIS\n.B {3}\n[\\fIOPTION\\fR ...] [\\fICOMMAND\\fR [\\fIARGUMENT\\fR ...]]\n"
      ".SH DESCRIPTION\n",
      program.name, roff(name), product.version, roff(program.name),
      product.service.empty() ? product.source : product.service);
  out += paragraphs(program.description);
  out += ".SH OPTIONS\n";
  for (const auto& option : program.options) out += entry(option_head(option), option.description);
  out += ".SH COMMANDS\n";
  for (const auto& command : program.commands) out += command_section(command);
  out += exit_section(product) + settings_section(product) + files_section(product);
  return out + ".SH EXAMPLES\n" + verbatim(program.footer);
}

}  // namespace commands
