#include "stix/bundle.hpp"

#include <utility>

namespace stix {

using nlohmann::json;

bool Bundle::add(json object) {
  const auto id = object.find("id");
  if (id == object.end() || !id->is_string()) return false;
  if (!ids_.insert(id->get<std::string>()).second) return false;
  objects_.push_back(std::move(object));
  return true;
}

json Bundle::to_json(std::string_view bundle_id) const {
  return {{"type", "bundle"}, {"id", bundle_id}, {"spec_version", "2.1"}, {"objects", objects_}};
}

std::string Bundle::dump(std::string_view bundle_id) const {
  constexpr auto replace = json::error_handler_t::replace;
  constexpr std::size_t usual_object = 640;
  std::string text;
  text.reserve((size() + 1) * usual_object);
  text += R"({"id":)" + json(bundle_id).dump(-1, ' ', false, replace) + R"(,"objects":[)";
  // Object by object: one document would be a copy of all, or a text that grows by doubling.
  for (const auto& object : objects_) {
    if (text.back() != '[') text += ',';
    text += object.dump(-1, ' ', false, replace);
  }
  text += R"(],"spec_version":"2.1","type":"bundle"})";
  return text;
}

}  // namespace stix
