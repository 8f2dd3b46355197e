#include "enrichment/words.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>
#include <system_error>

#include "text/ascii.hpp"
#include "text/number.hpp"

namespace enrichment {
namespace {

constexpr std::array<std::string_view, 8> abbreviations{"IP",  "IPv4", "URL", "URLs",
                                                        "DNS", "ID",   "APT", "IANA"};
constexpr std::string_view who_is = "who is";

}  // namespace

std::string words_of(std::string_view field) {
  std::string out;
  std::string word;
  const auto end_word = [&] {
    if (word.empty()) return;
    const auto* const known = std::find_if(
        abbreviations.begin(), abbreviations.end(),
        [&](std::string_view name) { return text::upper_case(name) == text::upper_case(word); });
    if (!out.empty()) out += ' ';
    if (known != abbreviations.end()) {
      out += *known;
    } else {
      out += out.empty() ? word : text::lower_case(word);
    }
    word.clear();
  };
  for (const char c : field) {
    if (c == ' ' || (c >= 'A' && c <= 'Z')) end_word();
    if (c != ' ') word += c;
  }
  end_word();
  // This word is split into two.
  if (const auto at = out.find(who_is); at != std::string::npos) {
    out.replace(at, who_is.size(), "WHOIS");
  }
  return out;
}

std::string readable(std::string_view column, std::string_view text) {
  if (column.ends_with("Count")) {
    std::int64_t count = 0;
    const auto* const end = text.data() + text.size();
    const auto [read, error] = std::from_chars(text.data(), end, count);
    if (error == std::errc() && read == end) return text::grouped(count);
  }
  const bool minutes = text.size() == 24 && text[10] == 'T' && text.ends_with(":00.000Z");
  if (!minutes) return std::string(text);
  return fmt::format("{} {} UTC", text.substr(0, 10), text.substr(11, 5));
}

}  // namespace enrichment
