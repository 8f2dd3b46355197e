#include "net/json.hpp"

#include <fmt/format.h>

namespace net {
namespace {

using nlohmann::json;

/// Passes on to nlohmann's DOM builder, and refuses to go deeper than allowed.
class BoundedBuilder final : public json::json_sax_t {
 public:
  BoundedBuilder(json& root, int depth) : builder_(root, false), left_(depth) {}

  bool null() override { return builder_.null(); }
  bool boolean(bool value) override { return builder_.boolean(value); }
  bool number_integer(number_integer_t value) override { return builder_.number_integer(value); }
  bool number_unsigned(number_unsigned_t value) override { return builder_.number_unsigned(value); }
  bool number_float(number_float_t value, const string_t& text) override {
    return builder_.number_float(value, text);
  }
  bool string(string_t& value) override { return builder_.string(value); }
  bool binary(binary_t& value) override { return builder_.binary(value); }
  bool key(string_t& value) override { return builder_.key(value); }
  bool start_object(std::size_t elements) override {
    return enter() && builder_.start_object(elements);
  }
  bool end_object() override { return leave() && builder_.end_object(); }
  bool start_array(std::size_t elements) override {
    return enter() && builder_.start_array(elements);
  }
  bool end_array() override { return leave() && builder_.end_array(); }
  bool parse_error(std::size_t position, const std::string& /*last_token*/,
                   const json::exception& /*reason*/) override {
    error_at = position;
    return false;
  }

  bool too_deep = false;
  std::size_t error_at = 0;

 private:
  bool enter() {
    too_deep = --left_ < 0;
    return !too_deep;
  }
  bool leave() {
    ++left_;
    return true;
  }

  nlohmann::detail::json_sax_dom_parser<json> builder_;
  int left_;
};

}  // namespace

Result<json> parse_json(std::string_view text, JsonLimits limits) {
  if (text.size() > limits.size) {
    return failure(ErrorKind::too_large,
                   fmt::format("JSON of {} bytes, at most {} are read", text.size(), limits.size));
  }
  json root;
  BoundedBuilder builder(root, limits.depth);
  if (json::sax_parse(text.begin(), text.end(), &builder)) return root;
  if (builder.too_deep) {
    return failure(ErrorKind::too_large,
                   fmt::format("JSON nested deeper than {} levels", limits.depth));
  }
  return failure(ErrorKind::protocol,
                 fmt::format("not JSON, at byte {} of {}", builder.error_at, text.size()));
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

}  // namespace net
