// Any bytes as JSON. Every text that nlohmann's strict parser accepts is accepted, with the same
// meaning; the document is valid UTF-8, within its limits, and needs no more memory than
// documented.
#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <string>

#include <nlohmann/json.hpp>

#include "fuzz/require.hpp"
#include "text/json.hpp"
#include "text/json_scanner.hpp"

namespace {

using fuzz::require;

/// Set by same_as_python.py, for inputs that are known to be JSON.
bool every_input_is_json() {
  static const bool so = std::getenv("EVERY_INPUT_IS_JSON") != nullptr;
  return so;
}

/// Counts the values, and measures how deeply they are nested.
void measure(const nlohmann::json& value, std::size_t& values, std::size_t& depth,
             std::size_t level) {
  ++values;
  if (value.is_structured()) {
    depth = std::max(depth, level + 1);
    for (const auto& item : value) measure(item, values, depth, level + 1);
  }
}

/// Reads all tokens. @returns whether the text is JSON
bool scan(const std::string& text, std::size_t& tokens) {
  text::JsonScanner scanner(text);
  while (true) {
    const auto token = scanner.next();
    if (token == text::JsonToken::end) return true;
    if (token == text::JsonToken::error) return false;
    ++tokens;
    require(scanner.begin() < scanner.end() && scanner.end() <= text.size());
    if (token == text::JsonToken::key || token == text::JsonToken::string) {
      const auto said = scanner.text();
      require(text::valid_utf8(said) == said && scanner.is(said));
    }
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string text(reinterpret_cast<const char*>(data), size);
  constexpr text::JsonLimits limits{.size = std::size_t{1} << 20, .depth = 16, .values = 2'000};
  std::size_t tokens = 0;
  const bool is_json = scan(text, tokens);
  require(is_json || !every_input_is_json());
  const auto parsed = text::parse_json(text, limits);
  require(!parsed || is_json);
  if (parsed) {
    std::size_t values = 0;
    std::size_t depth = 0;
    measure(*parsed, values, depth, 0);
    require(values <= limits.values && depth <= static_cast<std::size_t>(limits.depth));
    require(text::parse_json(parsed->dump(), limits).value() == *parsed);
  }
  // The skipped text of the outermost value is the whole text without the blanks around it.
  text::JsonScanner skipping(text);
  if (skipping.next() != text::JsonToken::error) {
    const auto whole = skipping.skip();
    require(whole.empty() || skipping.depth() == 0);
  }
  std::size_t level = 0;
  std::size_t deepest = 0;
  for (const char c : text) {
    if (c == '[' || c == '{') deepest = std::max(deepest, ++level);
  }
  // The recursion of nlohmann's parser and destructor is as deep as the text, and the parser ends
  // at a zero byte.
  if (deepest < 1'000 && text.find('\0') == std::string::npos) {
    const auto strict = nlohmann::json::parse(text, nullptr, false);
    if (!strict.is_discarded()) {
      require(is_json);
      if (parsed && deepest <= 16) require(*parsed == strict);
    }
  }
  return 0;
}
