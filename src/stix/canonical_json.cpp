#include "stix/canonical_json.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <iterator>
#include <stdexcept>
#include <string_view>
#include <vector>

namespace stix {
namespace {

using nlohmann::json;

/// ECMAScript's Number::toString: the shortest digits that read back as the same number.
void write_number(double value, std::string& out) {
  if (!std::isfinite(value)) throw std::invalid_argument("JSON has no NaN and no infinity");
  if (value == 0) {
    out += '0';  // the sign of -0 is not written
    return;
  }
  if (value < 0) out += '-';
  std::array<char, 32> buffer{};
  const auto written =
      std::to_chars(buffer.begin(), buffer.end(), std::abs(value), std::chars_format::scientific);
  const std::string_view text(buffer.begin(), written.ptr);  // 1.25e+03
  const auto mark = text.find('e');
  std::string digits(text.substr(0, mark));
  std::erase(digits, '.');
  int exponent = 0;
  const auto* const power = text.data() + mark + (text[mark + 1] == '+' ? 2 : 1);
  std::from_chars(power, written.ptr, exponent);

  const int count = static_cast<int>(digits.size());
  const int point = exponent + 1;  // digits before the decimal point
  if (point > 21 || point <= -6) {
    if (count > 1) digits.insert(1, 1, '.');
    out += fmt::format("{}e{:+}", digits, exponent);
  } else if (point >= count) {
    out += digits.append(static_cast<std::size_t>(point - count), '0');
  } else if (point > 0) {
    out += digits.insert(static_cast<std::size_t>(point), 1, '.');
  } else {
    out += "0.";
    out.append(static_cast<std::size_t>(-point), '0');
    out += digits;
  }
}

/// The bytes of UTF-8 sort like code points. UTF-16 differs in one place: it writes code points
/// above U+FFFF (first byte F0 to F4) with surrogates, which come before U+E000 to U+FFFF (EE and
/// EF).
unsigned utf16_rank(char byte) {
  const unsigned rank = static_cast<unsigned char>(byte);
  return rank == 0xEE || rank == 0xEF ? rank + 0x100 : rank;
}

bool utf16_less(std::string_view left, std::string_view right) {
  return std::lexicographical_compare(left.begin(), left.end(), right.begin(), right.end(),
                                      [](char a, char b) { return utf16_rank(a) < utf16_rank(b); });
}

void write(const json& value, std::string& out);

void write_object(const json& object, std::string& out) {
  std::vector<json::const_iterator> members;
  members.reserve(object.size());
  for (auto member = object.begin(); member != object.end(); ++member) members.push_back(member);
  std::sort(members.begin(), members.end(), [](const auto& left, const auto& right) {
    return utf16_less(left.key(), right.key());
  });
  std::string_view separator = "{";
  for (const auto& member : members) {
    out += separator;
    append_canonical(member.key(), out);
    out += ':';
    write(member.value(), out);
    separator = ",";
  }
  out += members.empty() ? "{}" : "}";
}

void write_array(const json& array, std::string& out) {
  std::string_view separator = "[";
  for (const auto& element : array) {
    out += separator;
    write(element, out);
    separator = ",";
  }
  out += array.empty() ? "[]" : "]";
}

void write(const json& value, std::string& out) {
  switch (value.type()) {
    case json::value_t::null:
      out += "null";
      return;
    case json::value_t::boolean:
      out += value.get<bool>() ? "true" : "false";
      return;
    case json::value_t::number_integer:
      out += std::to_string(value.get<std::int64_t>());
      return;
    case json::value_t::number_unsigned:
      out += std::to_string(value.get<std::uint64_t>());
      return;
    case json::value_t::number_float:
      write_number(value.get<double>(), out);
      return;
    case json::value_t::string:
      append_canonical(value.get_ref<const std::string&>(), out);
      return;
    case json::value_t::array:
      write_array(value, out);
      return;
    case json::value_t::object:
      write_object(value, out);
      return;
    case json::value_t::binary:
    case json::value_t::discarded:
      break;
  }
  throw std::invalid_argument("JSON has no binary values");
}

}  // namespace

void append_canonical(std::string_view text, std::string& out) {
  constexpr std::string_view escaped = "\"\\\b\t\n\f\r";
  constexpr std::string_view letters = "\"\\btnfr";
  out += '"';
  for (const char c : text) {
    const auto code = static_cast<unsigned char>(c);
    if (code >= 0x20 && c != '"' && c != '\\') {
      out += c;
    } else if (const auto at = escaped.find(c); at != std::string_view::npos) {
      out += '\\';
      out += letters[at];
    } else {
      fmt::format_to(std::back_inserter(out), "\\u{:04x}", code);
    }
  }
  out += '"';
}

std::string canonical_json(const json& document) {
  std::string out;
  write(document, out);
  return out;
}

}  // namespace stix
