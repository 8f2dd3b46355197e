#include "kaspersky/field_reader.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cctype>
#include <charconv>
#include <cmath>
#include <limits>
#include <set>
#include <utility>

#include "kaspersky/date.hpp"
#include "kaspersky/hash.hpp"
#include "text/ascii.hpp"

namespace kaspersky {
namespace {

using nlohmann::json;

constexpr std::size_t max_lines = 20;
constexpr std::size_t max_quoted = 60;
// Kaspersky sends maximum a thousand rows; this limit protects the memory.
constexpr std::size_t max_rows = 20'000;
// A double cannot represent all larger whole numbers.
constexpr double largest_exact_double = 9007199254740992.0;

std::string_view type_of(const json& value) {
  switch (value.type()) {
    case json::value_t::null:
      return "null";
    case json::value_t::boolean:
      return "a boolean";
    case json::value_t::string:
      return value.get_ref<const std::string&>().empty() ? "an empty text" : "text";
    case json::value_t::array:
      return "a list";
    case json::value_t::object:
      return "an object";
    default:
      return "a number";
  }
}

/// The text in quotes, escaped to printable ASCII, and cut.
std::string quote(std::string_view text) {
  auto out = json(text.substr(0, max_quoted))
                 .dump(-1, ' ', /*ensure_ascii=*/true, json::error_handler_t::replace);
  if (text.size() <= max_quoted && out.size() <= max_quoted + 2) return out;
  // One more for the opening quote; the closing quote is cut off.
  out.resize(std::min(out.size() - 1, max_quoted + 1));
  return out + "\"...";
}

std::optional<std::int64_t> whole_number(const json& value) {
  if (value.is_number_unsigned()) {
    const auto number = value.get<std::uint64_t>();
    if (number > std::uint64_t{std::numeric_limits<std::int64_t>::max()}) return std::nullopt;
    return static_cast<std::int64_t>(number);
  }
  if (value.is_number_float()) {
    const auto number = value.get<double>();
    if (std::trunc(number) != number || std::abs(number) > largest_exact_double) {
      return std::nullopt;
    }
    return static_cast<std::int64_t>(number);
  }
  return value.get<std::int64_t>();
}

}  // namespace

void Oddities::add(std::string_view field, std::string_view what) {
  if (lines_.size() == max_lines) {
    ++left_out_;
    return;
  }
  auto line = fmt::format("{}: {}", field, what);
  if (std::find(lines_.begin(), lines_.end(), line) == lines_.end()) {
    lines_.push_back(std::move(line));
  }
}

std::vector<std::string> Oddities::lines() const {
  auto all = lines_;
  if (left_out_ > 0) all.push_back(fmt::format("{} more", left_out_));
  return all;
}

FieldReader::FieldReader(const json& object, std::string path, Oddities& oddities)
    : object_(&object), path_(std::move(path)), oddities_(&oddities) {}

const json* FieldReader::find(std::string_view name) const {
  const auto it = object_->find(name);
  if (it == object_->end() || it->is_null()) return nullptr;
  if (it->is_array() && it->empty()) return nullptr;
  if (it->is_string() && it->get_ref<const std::string&>().empty()) return nullptr;
  return &*it;
}

bool FieldReader::has_text(std::string_view name) const {
  const auto* value = find(name);
  return value != nullptr && value->is_string();
}

std::string FieldReader::path_to(std::string_view name) const {
  return path_.empty() ? std::string(name) : fmt::format("{}.{}", path_, name);
}

void FieldReader::odd(std::string_view name, std::string_view what) const {
  oddities_->add(path_to(name), what);
}

void FieldReader::expected(std::string_view name, std::string_view what, const json& got) const {
  odd(name, fmt::format("expected {}, got {}", what, type_of(got)));
}

std::optional<FieldReader> FieldReader::object(std::string_view name) const {
  const auto* value = find(name);
  if (value == nullptr) return std::nullopt;
  if (!value->is_object()) {
    expected(name, "an object", *value);
    return std::nullopt;
  }
  return FieldReader(*value, path_to(name), *oddities_);
}

std::size_t FieldReader::rows_read(std::string_view name, const json& list) const {
  if (list.size() <= max_rows) return list.size();
  odd(name, fmt::format("{} rows, of which the first {} are read", list.size(), max_rows));
  return max_rows;
}

std::vector<FieldReader> FieldReader::rows(std::string_view name) const {
  const auto* value = find(name);
  if (value == nullptr) return {};
  if (!value->is_array()) {
    expected(name, "a list of objects", *value);
    return {};
  }
  std::vector<FieldReader> out;
  const auto rows = rows_read(name, *value);
  out.reserve(rows);
  for (std::size_t row = 0; row < rows; ++row) {
    const auto& element = (*value)[row];
    const auto place = fmt::format("{}[{}]", name, row);
    if (element.is_object()) {
      out.emplace_back(element, path_to(place), *oddities_);
    } else if (!element.is_null()) {
      expected(place, "an object", element);
    }
  }
  return out;
}

std::string FieldReader::text(std::string_view name) const {
  const auto* value = find(name);
  if (value == nullptr) return {};
  if (!value->is_string()) {
    expected(name, "text", *value);
    return {};
  }
  return value->get<std::string>();
}

std::vector<std::string> FieldReader::texts(std::string_view name) const {
  const auto* value = find(name);
  if (value == nullptr) return {};
  if (!value->is_array()) {
    expected(name, "a list of texts", *value);
    return {};
  }
  std::vector<std::string> out;
  std::set<std::string_view> seen;
  const auto rows = rows_read(name, *value);
  for (std::size_t row = 0; row < rows; ++row) {
    const auto& element = (*value)[row];
    if (!element.is_string() || element.get_ref<const std::string&>().empty()) {
      expected(fmt::format("{}[{}]", name, row), "text", element);
    } else if (const auto& text = element.get_ref<const std::string&>(); seen.insert(text).second) {
      out.push_back(text);
    }
  }
  return out;
}

std::string FieldReader::word(std::string_view name) const {
  const auto* value = find(name);
  if (value == nullptr || !value->is_number()) return text(name);
  const auto number = count(name);
  return number ? std::to_string(*number) : std::string();
}

std::string FieldReader::joined(std::string_view name) const {
  const auto* value = find(name);
  if (value != nullptr && value->is_string()) return value->get<std::string>();
  return fmt::format("{}", fmt::join(texts(name), ", "));
}

std::optional<std::int64_t> FieldReader::count(std::string_view name) const {
  const auto* value = find(name);
  if (value == nullptr) return std::nullopt;
  if (!value->is_number()) {
    expected(name, "an integer", *value);
    return std::nullopt;
  }
  const auto number = whole_number(*value);
  if (!number || *number < 0) {
    odd(name, fmt::format("expected an integer from 0 to {}, got {}",
                          std::numeric_limits<std::int64_t>::max(), value->dump()));
    return std::nullopt;
  }
  return number;
}

std::optional<std::int64_t> FieldReader::system_number(std::string_view name) const {
  if (!has_text(name)) return count(name);
  const auto written = text(name);
  std::string_view digits(written);
  if (digits.starts_with("AS") || digits.starts_with("as")) digits.remove_prefix(2);
  std::int64_t number = 0;
  const auto* const end = digits.data() + digits.size();
  const auto read = std::from_chars(digits.data(), end, number);
  if (digits.empty() || read.ec != std::errc() || read.ptr != end || number < 0) {
    odd(name, fmt::format("expected the number of an autonomous system, got {}", quote(written)));
    return std::nullopt;
  }
  return number;
}

std::string FieldReader::hash(std::string_view name, std::size_t length) const {
  const auto digits = text(name);
  if (digits.empty()) return {};
  if (!text::is_hex(digits, length)) {
    odd(name, fmt::format("expected {} hexadecimal digits, got {}", length, quote(digits)));
    return {};
  }
  return text::lower_case(digits);
}

std::optional<Zone> FieldReader::zone(std::string_view name) const {
  const auto word = text(name);
  if (word.empty()) return std::nullopt;
  auto zone = parse_zone(word);
  if (!zone) odd(name, fmt::format("unknown zone {}", quote(word)));
  return zone;
}

std::string FieldReader::date(std::string_view name) const {
  const auto word = text(name);
  if (word.empty()) return {};
  auto date = parse_date(word);
  if (!date) odd(name, fmt::format("expected a date, got {}", quote(word)));
  return date.value_or(std::string());
}

bool FieldReader::flag(std::string_view name) const {
  const auto* value = find(name);
  if (value == nullptr) return false;
  if (!value->is_boolean()) {
    expected(name, "true or false", *value);
    return false;
  }
  return value->get<bool>();
}

}  // namespace kaspersky
