#include "commands/completion.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>

#include <CLI/CLI.hpp>

#include "app/exit_code.hpp"
#include "commands/man_page.hpp"

namespace {

using testing::HasSubstr;

/// A program with one example of everything that completion handles differently.
commands::CommandEntry tree() {
  CLI::App program("Does things", "some-program");
  std::string text;
  bool flag = false;
  program.add_option("--config", text, "A file")->type_name("FILE");
  auto* paint = program.add_subcommand("paint", "Paint it: [all] of 'it'");
  paint->add_option("colour", text, "Which")
      ->type_name("COLOUR")
      ->check(CLI::IsMember(std::vector<std::string>{"red", "green"}));
  paint->add_flag("--twice", flag, "Again");
  return commands::command_tree(program);
}

TEST(CommandTree, HasTheCommandsAndOptionsOfTheParser) {
  const auto program = tree();
  EXPECT_EQ(program.name, "some-program");
  ASSERT_EQ(program.options.size(), 2);
  EXPECT_THAT(program.options[0].names, testing::ElementsAre("-h", "--help"));
  EXPECT_FALSE(program.options[0].value.taken());
  EXPECT_TRUE(program.options[1].value.is_file());
  ASSERT_EQ(program.commands.size(), 1);
  EXPECT_THAT(program.commands[0].positionals[0].value.choices,
              testing::ElementsAre("red", "green"));
}

TEST(Completion, OffersCommandsOptionsAndChoices) {
  const auto bash = bash_completion(tree());
  EXPECT_THAT(bash, HasSubstr("'') words='paint -h --help --config'"));
  EXPECT_THAT(bash, HasSubstr("paint) words='-h --help --twice --config red green'"));
  EXPECT_THAT(fish_completion(tree()), HasSubstr("-a 'red green'"));
  EXPECT_THAT(zsh_completion(tree()), HasSubstr("':COLOUR:(red green)'"));
}

TEST(Completion, DescriptionsAreQuotedForEachShell) {
  EXPECT_THAT(fish_completion(tree()), HasSubstr("-d 'Paint it: [all] of \\'it\\''"));
  EXPECT_THAT(zsh_completion(tree()), HasSubstr("'paint:Paint it\\: \\[all\\] of '\\''it'\\'''"));
}

TEST(ManPage, HasEachCommandAndExitCode) {
  const auto page = man_page({.program = "some-program"}, tree());
  EXPECT_THAT(page, HasSubstr(".TH SOME\\-PROGRAM 1"));
  EXPECT_THAT(page, HasSubstr("\\fBpaint\\fR [\\fICOLOUR\\fR]"));
  for (const auto& [code, meaning] : app::exit_code_meanings) {
    EXPECT_THAT(page, HasSubstr(fmt::format("\\fB{}\\fR", code)));
  }
}

}  // namespace
