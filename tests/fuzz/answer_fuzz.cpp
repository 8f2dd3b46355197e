// Any bytes as Kaspersky's answer. The answer is read, or rejected with one line; texts about it
// are short and printable; and it all needs no more memory than was leased from the budget.
#include <algorithm>
#include <cstdint>
#include <string>

#include "fuzz/heap.hpp"
#include "fuzz/require.hpp"
#include "kaspersky/answer.hpp"
#include "source/answer_memory.hpp"
#include "text/json.hpp"

namespace {

using fuzz::require;

bool is_printable_line(const std::string& line) {
  return line.size() <= 400 &&
         std::all_of(line.begin(), line.end(), [](char c) { return c >= ' ' && c <= '~'; });
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const source::AnswerMemory memory;
  const fuzz::HeapPeak peak;
  const std::string text(reinterpret_cast<const char*>(data), size);
  const auto answer =
      text::parse_json(text, memory.limits(text.size())).and_then(kaspersky::read_answer);
  // The received text, as the cache stores it.
  const std::string copy = text;
  require(peak.bytes() <= memory.cost(copy.size()));
  if (!answer) {
    require(fuzz::is_line(answer.error()));
    return 0;
  }
  require(answer->oddities.size() <= 21);
  for (const auto& line : answer->oddities) require(is_printable_line(line));
  return 0;
}
