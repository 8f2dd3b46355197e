#include "app/command.hpp"

namespace app {

std::string examples(std::initializer_list<std::string_view> lines) {
  std::string out = "Examples:";
  for (const auto line : lines) out.append("\n  ").append(line);
  return out;
}

}  // namespace app
