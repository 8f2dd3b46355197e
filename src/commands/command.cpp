#include "commands/command.hpp"

namespace commands {

std::string examples(std::initializer_list<std::string_view> lines) {
  std::string out = "Examples:";
  for (const auto line : lines) out.append("\n  ").append(line);
  return out;
}

}  // namespace commands
