#include "stix/stored_form.hpp"

#include <algorithm>
#include <unordered_set>

#include "stix/normalization.hpp"

namespace stix {
namespace {

using nlohmann::json;

bool is_empty(const json& value) {
  return (value.is_string() && value.get_ref<const std::string&>().empty()) ||
         (value.is_structured() && value.empty());
}

void trim(std::string& text) {
  const auto kept = trimmed(text);
  if (kept.size() != text.size()) text = std::string(kept);
}

void trim(json& value) {
  if (value.is_string()) {
    trim(value.get_ref<std::string&>());
  } else if (value.is_array()) {
    for (auto& element : value) trim(element);
    auto& elements = value.get_ref<json::array_t&>();
    std::erase_if(elements, is_empty);
  } else if (value.is_object()) {
    for (auto& member : value) trim(member);
    std::erase_if(value.get_ref<json::object_t&>(),
                  [](const auto& member) { return is_empty(member.second); });
  }
}

}  // namespace

json stored_form(json document) {
  trim(document);
  return document;
}

std::vector<std::string> stored_form(const std::vector<std::string>& texts) {
  std::vector<std::string> out;
  std::unordered_set<std::string_view> seen;
  for (const auto& text : texts) {
    const auto kept = trimmed(text);
    if (!kept.empty() && seen.insert(kept).second) out.emplace_back(kept);
  }
  return out;
}

ObservableUpdate stored_form(ObservableUpdate update) {
  for (auto& [algorithm, value] : update.hashes) trim(value);
  std::erase_if(update.hashes, [](const auto& hash) { return hash.second.empty(); });
  update.additional_names = stored_form(update.additional_names);
  update.labels = stored_form(update.labels);
  for (auto& reference : update.external_references) trim(reference);
  std::erase_if(update.external_references,
                [](const json& reference) { return !reference.contains("url"); });
  return update;
}

}  // namespace stix
