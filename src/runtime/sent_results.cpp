#include "runtime/sent_results.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "text/json.hpp"

namespace runtime {
namespace {

constexpr char separator = '\n';

}  // namespace

std::string text_of_bundles(const std::vector<std::string>& bundles) {
  return fmt::format("{}", fmt::join(bundles, std::string(1, separator)));
}

std::vector<std::string> bundles_in(const std::string& text) {
  std::vector<std::string> lines;
  for (std::size_t at = 0; at < text.size();) {
    const auto end = std::min(text.find(separator, at), text.size());
    lines.push_back(text.substr(at, end - at));
    at = end + 1;
  }
  return lines;
}

std::vector<nlohmann::json> objects_in(const std::vector<std::string>& bundles) {
  std::vector<nlohmann::json> objects;
  for (const auto& bundle : bundles) {
    auto parsed = text::parse_json(bundle);
    if (!parsed || !text::member(*parsed, "objects").is_array()) continue;
    for (auto& object : (*parsed)["objects"]) objects.push_back(std::move(object));
  }
  return objects;
}

}  // namespace runtime
