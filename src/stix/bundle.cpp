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
  return to_json(bundle_id).dump(-1, ' ', false, json::error_handler_t::replace);
}

}  // namespace stix
