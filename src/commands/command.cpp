#include "commands/command.hpp"

namespace commands {

std::string in_words_of(const source::Product& product, std::string_view text) {
  std::string out(text);
  for (const auto& [name, word] : {std::pair{std::string_view("{program}"), product.program},
                                   std::pair{std::string_view("{source}"), product.source}}) {
    for (auto at = out.find(name); at != std::string::npos; at = out.find(name, at + word.size())) {
      out.replace(at, name.size(), word);
    }
  }
  return out;
}

std::string examples(const source::Product& product, const std::vector<std::string>& lines) {
  std::string out = "Examples:";
  for (const auto& line : lines) out.append("\n  ").append(in_words_of(product, line));
  return out;
}

}  // namespace commands
