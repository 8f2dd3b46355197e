// All commands of the program; each is one file in commands/.
#pragma once

#include "commands/command.hpp"

namespace commands {

[[nodiscard]] Command add_run(CLI::App& program, const SharedArguments& shared);
[[nodiscard]] Command add_lookup(CLI::App& program, const SharedArguments& shared);
[[nodiscard]] Command add_check(CLI::App& program, const SharedArguments& shared);
[[nodiscard]] Command add_healthcheck(CLI::App& program, const SharedArguments& shared);
[[nodiscard]] Command add_config(CLI::App& program, const SharedArguments& shared);
[[nodiscard]] Command add_store(CLI::App& program, const SharedArguments& shared);
[[nodiscard]] Command add_schema(CLI::App& program, const SharedArguments& shared);
[[nodiscard]] Command add_version(CLI::App& program, const SharedArguments& shared);
[[nodiscard]] Command add_completion(CLI::App& program, const SharedArguments& shared);
[[nodiscard]] Command add_man(CLI::App& program, const SharedArguments& shared);

}  // namespace commands
