// Any bytes as Kaspersky's answer: they are read, or rejected in one line; texts about them are
// short and printable; and all needs no more memory than leased from the budget.
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
  // What came, as the cache takes it.
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
