#include "source/object_collection.hpp"

#include <algorithm>

namespace source {
namespace {

using nlohmann::json;

// Limits the names that many rows about one object can add.
constexpr std::size_t max_draft_names = 50;

}  // namespace

void widen(Seen& seen, const Seen& other) {
  if (other.first.empty() || other.last.empty() || other.last < other.first) return;
  if (seen.first.empty() || other.first < seen.first) seen.first = other.first;
  if (other.last > seen.last) seen.last = other.last;
}

json& ObjectCollection::object_of(json object) {
  const auto [place, is_new] =
      object_places_.emplace(object.at("id").get<std::string>(), objects_.size());
  if (is_new) objects_.push_back(std::move(object));
  return objects_[place->second];
}

void ObjectCollection::add(json object) { object_of(std::move(object)); }

void ObjectCollection::add_observable(json object, std::optional<int> score,
                                      const std::set<std::string>& names) {
  auto& kept = object_of(std::move(object));
  if (score) kept["x_opencti_score"] = std::max(*score, kept.value("x_opencti_score", 0));
  if (names.empty()) return;
  auto& all = kept["x_opencti_additional_names"];
  if (all.is_null()) all = json::array();
  for (const auto& name : names) {
    if (all.size() < max_draft_names && std::find(all.begin(), all.end(), name) == all.end()) {
      all.push_back(name);
    }
  }
}

void ObjectCollection::add_relationship(const stix::RelationshipEnds& ends, const Seen& seen) {
  // `related-to` means the same in both directions.
  const bool turned = ends.type == "related-to" && ends.target_ref < ends.source_ref;
  const auto& first = turned ? ends.target_ref : ends.source_ref;
  const auto& second = turned ? ends.source_ref : ends.target_ref;
  const auto [place, is_new] =
      relationship_places_.emplace(ends.type + first + second, relationships_.size());
  if (is_new) {
    relationships_.push_back({stix::relationship(ends, standard_created, provenance_), {}});
  }
  widen(relationships_[place->second].seen, seen);
}

std::vector<json> ObjectCollection::take() {
  auto all = std::move(objects_);
  for (auto& [object, seen] : relationships_) {
    if (!seen.first.empty()) {
      object["start_time"] = seen.first;
      object["stop_time"] = seen.last;
    }
    all.push_back(std::move(object));
  }
  relationships_.clear();
  return all;
}

}  // namespace source
