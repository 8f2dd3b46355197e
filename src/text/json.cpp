#include "text/json.hpp"

#include <fmt/format.h>

#include <charconv>
#include <cmath>
#include <cstdlib>
#include <limits>

#include "text/json_scanner.hpp"

namespace text {
namespace {

using nlohmann::json;
using Parsed = tl::expected<json, std::string>;

template <class Number>
bool read_whole(std::string_view digits, Number& number) {
  const auto* end = digits.data() + digits.size();
  const auto read = std::from_chars(digits.data(), end, number);
  return read.ec == std::errc() && read.ptr == end;
}

/// Null if it is too large for a double.
json number_of(std::string_view digits) {
  if (std::int64_t number = 0; read_whole(digits, number)) return number;
  if (std::uint64_t number = 0; read_whole(digits, number)) return number;
  double number = 0;
  if (read_whole(digits, number)) return number;
  // Too large, or rounded to zero: strtod distinguishes these.
  number = std::strtod(std::string(digits).c_str(), nullptr);
  return std::isfinite(number) ? json(number) : json();
}

/// Builds a document from a text, value by value.
class Builder final {
 public:
  Builder(std::string_view text, const JsonLimits& limits) : scanner_(text), limits_(limits) {}

  Parsed build() {
    json root;
    while (true) {
      const auto token = scanner_.next();
      if (token == JsonToken::end) return root;
      if (token == JsonToken::error) return not_json();
      if (token == JsonToken::key) {
        key_ = scanner_.text();
      } else if (token == JsonToken::object_end || token == JsonToken::array_end) {
        open_.pop_back();
      } else if (++values_ > limits_.values) {
        return tl::unexpected(fmt::format("JSON of more than {} values", limits_.values));
      } else if (!add(token, root)) {
        return not_json();
      }
    }
  }

 private:
  [[nodiscard]] Parsed not_json() const {
    return tl::unexpected(fmt::format("not JSON, at byte {}", scanner_.end()));
  }

  /// @returns false if the text is not JSON
  bool add(JsonToken token, json& root) {
    const bool nested = token == JsonToken::object || token == JsonToken::array;
    if (nested && scanner_.depth() > static_cast<std::size_t>(limits_.depth)) {
      place(root) = nullptr;
      return !scanner_.skip().empty();
    }
    auto& added = place(root);
    added = value_of(token);
    if (nested) open_.push_back(&added);
    return true;
  }

  json& place(json& root) {
    if (open_.empty()) return root;
    auto& parent = *open_.back();
    if (parent.is_object()) return parent[std::move(key_)];
    parent.emplace_back(nullptr);
    return parent.back();
  }

  [[nodiscard]] json value_of(JsonToken token) const {
    switch (token) {
      case JsonToken::object:
        return json::object();
      case JsonToken::array:
        return json::array();
      case JsonToken::string:
        return scanner_.text();
      case JsonToken::number:
        return number_of(scanner_.raw());
      case JsonToken::boolean:
        return scanner_.raw() == "true";
      default:
        return nullptr;
    }
  }

  JsonScanner scanner_;
  const JsonLimits& limits_;
  std::string key_;
  std::size_t values_ = 0;
  /// Open arrays and objects. The pointers stay valid, because only the last one grows.
  std::vector<json*> open_;
};

}  // namespace

tl::expected<json, std::string> parse_json(std::string_view text, JsonLimits limits) {
  if (text.size() > limits.size) {
    return tl::unexpected(
        fmt::format("JSON of {} bytes, at most {} are read", text.size(), limits.size));
  }
  return Builder(text, limits).build();
}

const json& member(const json& object, std::string_view key) {
  static const json nothing;
  if (!object.is_object()) return nothing;
  const auto found = object.find(key);
  return found != object.end() ? *found : nothing;
}

std::string text_at(const json& object, std::string_view key) {
  const auto& value = member(object, key);
  return value.is_string() ? value.get<std::string>() : std::string();
}

std::optional<std::int64_t> integer_at(const json& object, std::string_view key) {
  const auto& value = member(object, key);
  const bool too_large = value.is_number_unsigned() &&
                         value.get<std::uint64_t>() > std::numeric_limits<std::int64_t>::max();
  if (!value.is_number_integer() || too_large) return std::nullopt;
  return value.get<std::int64_t>();
}

bool boolean_at(const json& object, std::string_view key) {
  const auto& value = member(object, key);
  return value.is_boolean() && value.get<bool>();
}

std::vector<std::string> texts(const json& list) {
  std::vector<std::string> out;
  if (!list.is_array()) return out;
  for (const auto& item : list) {
    if (item.is_string()) out.push_back(item.get<std::string>());
  }
  return out;
}

std::string dump_json(const json& document) {
  return document.dump(-1, ' ', false, json::error_handler_t::replace);
}

}  // namespace text
