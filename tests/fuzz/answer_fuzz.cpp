// Any bytes as Kaspersky's answer: they are read, or refused in one line, and what is said of them
// stays short and printable.
#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "kaspersky/answer.hpp"
#include "net/json.hpp"

namespace {

void require(bool holds) {
  if (!holds) std::abort();
}

bool is_printable_line(const std::string& line) {
  return line.size() <= 400 &&
         std::all_of(line.begin(), line.end(), [](char c) { return c >= ' ' && c <= '~'; });
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string text(reinterpret_cast<const char*>(data), size);
  const auto document = net::parse_json(text, {.size = 1 << 20, .depth = 64});
  if (!document) {
    require(!document.error().message.empty());
    return 0;
  }
  const auto answer = kaspersky::read_answer(*document);
  if (!answer) return 0;
  require(answer->oddities.size() <= 21);
  for (const auto& line : answer->oddities) require(is_printable_line(line));
  return 0;
}
