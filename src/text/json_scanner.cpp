#include "text/json_scanner.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>

namespace text {
namespace {

constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";
constexpr std::string_view replacement = "\xEF\xBF\xBD";

constexpr std::uint32_t first_high = 0xD800;
constexpr std::uint32_t first_low = 0xDC00;
constexpr std::uint32_t behind_low = 0xE000;
constexpr std::uint32_t first_supplementary = 0x10000;

enum : std::uint8_t { ordinary, quote, backslash, control, beyond_ascii };

constexpr std::array<std::uint8_t, 256> kinds = [] {
  std::array<std::uint8_t, 256> out{};
  for (std::size_t byte = 0; byte < out.size(); ++byte) {
    out[byte] = byte < ' ' ? control : byte < 0x80 ? ordinary : beyond_ascii;
  }
  out['"'] = quote;
  out['\\'] = backslash;
  return out;
}();

std::uint8_t kind_of(char c) { return kinds[static_cast<unsigned char>(c)]; }

bool is_digit(char c) { return c >= '0' && c <= '9'; }

int hex_value(char c) {
  if (is_digit(c)) return c - '0';
  const char lower = static_cast<char>(c | 0x20);
  return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

/// The number of `XXXX` after `\u`; nothing if these are not four hexadecimal digits.
std::optional<std::uint32_t> code_unit(std::string_view text, std::size_t at) {
  constexpr std::size_t length = 4;
  if (text.size() < at + length) return std::nullopt;
  std::uint32_t unit = 0;
  for (std::size_t i = at; i < at + length; ++i) {
    const int digit = hex_value(text[i]);
    if (digit < 0) return std::nullopt;
    unit = unit * 16 + static_cast<std::uint32_t>(digit);
  }
  return unit;
}

void append_utf8(std::string& out, std::uint32_t code) {
  const auto tail = [&](unsigned shift) {
    out += static_cast<char>(0x80U | ((code >> shift) & 0x3FU));
  };
  if (code < 0x80) {
    out += static_cast<char>(code);
  } else if (code < 0x800) {
    out += static_cast<char>(0xC0U | (code >> 6U));
    tail(0);
  } else if (code < first_supplementary) {
    out += static_cast<char>(0xE0U | (code >> 12U));
    tail(6);
    tail(0);
  } else {
    out += static_cast<char>(0xF0U | (code >> 18U));
    tail(12);
    tail(6);
    tail(0);
  }
}

/// The length in bytes of the character at `at`; 0 if it is not UTF-8 (RFC 3629).
std::size_t utf8_length(std::string_view text, std::size_t at) {
  const auto byte = [&](std::size_t offset) -> unsigned {
    return at + offset < text.size() ? static_cast<unsigned char>(text[at + offset]) : 0U;
  };
  const auto tail = [&](std::size_t offset) { return (byte(offset) & 0xC0U) == 0x80U; };
  const unsigned first = byte(0);
  if (first < 0x80) return 1;
  if (first >= 0xC2 && first <= 0xDF) return tail(1) ? 2 : 0;
  if (first >= 0xE0 && first <= 0xEF) {
    const bool good = tail(1) && tail(2) && (first != 0xE0 || byte(1) >= 0xA0) &&
                      (first != 0xED || byte(1) < 0xA0);
    return good ? 3 : 0;
  }
  if (first >= 0xF0 && first <= 0xF4) {
    const bool good = tail(1) && tail(2) && tail(3) && (first != 0xF0 || byte(1) >= 0x90) &&
                      (first != 0xF4 || byte(1) < 0x90);
    return good ? 4 : 0;
  }
  return 0;
}

/// Appends the character at `at`, or U+FFFD for an invalid byte. @returns the number of bytes read
std::size_t append_character(std::string& out, std::string_view text, std::size_t at) {
  const auto length = utf8_length(text, at);
  out += length == 0 ? replacement : text.substr(at, length);
  return std::max<std::size_t>(length, 1);
}

/// Appends the character of `\uXXXX`, or of a surrogate pair. @returns the number of bytes read
std::size_t append_unit(std::string& out, std::string_view text, std::size_t at) {
  constexpr std::size_t length = 6;
  const auto unit = code_unit(text, at + 2).value_or(first_high);
  if (unit < first_high || unit >= behind_low) {
    append_utf8(out, unit);
    return length;
  }
  if (unit < first_low && text.substr(at + length, 2) == "\\u") {
    const auto low = code_unit(text, at + length + 2).value_or(0);
    if (low >= first_low && low < behind_low) {
      append_utf8(out, first_supplementary + ((unit - first_high) << 10U) + (low - first_low));
      return 2 * length;
    }
  }
  out += replacement;
  return length;
}

char escaped_by(char letter) {
  switch (letter) {
    case 'b':
      return '\b';
    case 'f':
      return '\f';
    case 'n':
      return '\n';
    case 'r':
      return '\r';
    case 't':
      return '\t';
    default:
      return letter;
  }
}

}  // namespace

std::string json_unescaped(std::string_view inner) {
  std::string out;
  out.reserve(inner.size());
  for (std::size_t at = 0; at < inner.size();) {
    const char c = inner[at];
    if (c != '\\') {
      at += append_character(out, inner, at);
    } else if (inner.substr(at, 2) == "\\u") {
      at += append_unit(out, inner, at);
    } else {
      if (at + 1 < inner.size()) out += escaped_by(inner[at + 1]);
      at += 2;
    }
  }
  return out;
}

std::string valid_utf8(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t at = 0; at < text.size();) at += append_character(out, text, at);
  return out;
}

JsonScanner::JsonScanner(std::string_view text) : text_(text) {
  if (text.starts_with(byte_order_mark)) at_ = byte_order_mark.size();
}

JsonToken JsonScanner::next() {
  if (token_ == JsonToken::error) return token_;
  skip_blanks();
  if (expected_ == Expected::colon) {
    if (peek() != ':') return fail();
    ++at_;
    skip_blanks();
    expected_ = Expected::value;
  } else if (expected_ == Expected::comma_or_end && peek() == ',') {
    ++at_;
    skip_blanks();
    expected_ = in_object() ? Expected::key : Expected::value;
  }
  begin_ = at_;
  switch (expected_) {
    case Expected::end:
      return at_ == text_.size() ? token_ = JsonToken::end : fail();
    case Expected::comma_or_end:
      return close();
    case Expected::first_key_or_end:
      if (peek() == '}') return close();
      [[fallthrough]];
    case Expected::key:
      return peek() == '"' ? string(JsonToken::key) : fail();
    case Expected::first_value_or_end:
      if (peek() == ']') return close();
      [[fallthrough]];
    default:
      return value();
  }
}

JsonToken JsonScanner::fail() { return token_ = JsonToken::error; }

JsonToken JsonScanner::value() {
  if (at_ == text_.size()) return fail();
  switch (text_[at_]) {
    case '{':
      return open(true);
    case '[':
      return open(false);
    case '"':
      return string(JsonToken::string);
    case 't':
      return word("true", JsonToken::boolean);
    case 'f':
      return word("false", JsonToken::boolean);
    case 'n':
      return word("null", JsonToken::null);
    case 'N':
      return word("NaN", JsonToken::null);
    case 'I':
      return word("Infinity", JsonToken::null);
    default:
      if (text_.substr(at_, 2) == "-I") return word("-Infinity", JsonToken::null);
      return number();
  }
}

JsonToken JsonScanner::open(bool object) {
  ++at_;
  enter(object);
  expected_ = object ? Expected::first_key_or_end : Expected::first_value_or_end;
  return token_ = object ? JsonToken::object : JsonToken::array;
}

void JsonScanner::enter(bool object) {
  constexpr std::size_t outer_levels = 64;
  if (depth_++ < outer_levels) {
    outer_ = (outer_ << 1U) | (object ? 1U : 0U);
  } else {
    inner_.push_back(object);
  }
}

bool JsonScanner::in_object() const { return inner_.empty() ? (outer_ & 1U) != 0 : inner_.back(); }

JsonToken JsonScanner::close() {
  const bool object = in_object();
  if (peek() != (object ? '}' : ']')) return fail();
  ++at_;
  if (inner_.empty()) {
    outer_ >>= 1U;
  } else {
    inner_.pop_back();
  }
  --depth_;
  return after_value(object ? JsonToken::object_end : JsonToken::array_end);
}

JsonToken JsonScanner::string(JsonToken token) {
  plain_ = true;
  for (++at_; at_ < text_.size();) {
    switch (kind_of(text_[at_])) {
      case quote:
        ++at_;
        if (token == JsonToken::string) return after_value(token);
        expected_ = Expected::colon;
        return token_ = token;
      case control:
        return fail();
      case backslash: {
        plain_ = false;
        constexpr std::string_view letters = "\"\\/bfnrtu";
        const char letter = at_ + 1 < text_.size() ? text_[at_ + 1] : '\0';
        if (letter == '\0' || letters.find(letter) == std::string_view::npos) return fail();
        if (letter == 'u' && !code_unit(text_, at_ + 2)) return fail();
        at_ += letter == 'u' ? 6 : 2;
        break;
      }
      case beyond_ascii:
        plain_ = false;
        [[fallthrough]];
      default:
        ++at_;
    }
  }
  return fail();
}

bool JsonScanner::digits() {
  const auto begin = at_;
  while (is_digit(peek())) ++at_;
  return at_ > begin;
}

JsonToken JsonScanner::number() {
  if (peek() == '-') ++at_;
  if (peek() == '0') {
    ++at_;
  } else if (!digits()) {
    return fail();
  }
  if (peek() == '.') {
    ++at_;
    if (!digits()) return fail();
  }
  if (peek() == 'e' || peek() == 'E') {
    ++at_;
    if (peek() == '+' || peek() == '-') ++at_;
    if (!digits()) return fail();
  }
  return after_value(JsonToken::number);
}

JsonToken JsonScanner::word(std::string_view letters, JsonToken token) {
  if (text_.substr(at_, letters.size()) != letters) return fail();
  at_ += letters.size();
  return after_value(token);
}

JsonToken JsonScanner::after_value(JsonToken token) {
  expected_ = depth_ == 0 ? Expected::end : Expected::comma_or_end;
  return token_ = token;
}

void JsonScanner::skip_blanks() {
  while (at_ < text_.size() &&
         (text_[at_] == ' ' || text_[at_] == '\n' || text_[at_] == '\r' || text_[at_] == '\t')) {
    ++at_;
  }
}

std::string JsonScanner::text() const {
  const auto quoted = raw();
  const auto inner = quoted.substr(1, quoted.size() - 2);
  return plain_ ? std::string(inner) : json_unescaped(inner);
}

bool JsonScanner::is(std::string_view other) const {
  const auto quoted = raw();
  return plain_ ? quoted.substr(1, quoted.size() - 2) == other : text() == other;
}

std::string_view JsonScanner::skip() {
  if (token_ == JsonToken::key) next();
  const auto begin = begin_;
  if (token_ == JsonToken::object || token_ == JsonToken::array) {
    const auto inside = depth_;
    while (depth_ >= inside) {
      if (next() == JsonToken::error) return {};
    }
  }
  return token_ == JsonToken::error ? std::string_view() : text_.substr(begin, at_ - begin);
}

}  // namespace text
