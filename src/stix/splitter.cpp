#include "stix/splitter.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <unordered_map>
#include <unordered_set>
#include <utility>

#include "stix/ids.hpp"
#include "stix/known_types.hpp"

namespace stix {
namespace {

using nlohmann::json;

/// JavaScript cannot represent all larger integers.
constexpr std::int64_t largest_sequence = (std::int64_t{1} << 53) - 1;

/// Extension with the platform's internal id of an object, a bare UUID, which references may use
/// too.
constexpr std::string_view opencti_extension =
    "extension-definition--ea279b3e-5c71-4632-ac08-831c66a786ba";

/// The text under a key; nullptr if there is none.
const std::string* text_at(const json& object, std::string_view key) {
  const auto member = object.find(key);
  return member == object.end() ? nullptr : member->get_ptr<const std::string*>();
}

bool holds_references(std::string_view key, const json& value) {
  return key.ends_with("_refs") && value.is_array();
}

bool holds_reference(std::string_view key, const json& value) {
  return key.ends_with("_ref") && value.is_string();
}

/// Post-order: each number comes after the numbers that it points to, except for links that close a
/// cycle.
std::vector<std::size_t> targets_first(const std::vector<std::vector<std::size_t>>& targets) {
  std::vector<std::size_t> order;
  std::vector<bool> seen(targets.size());
  std::vector<std::size_t> next_target(targets.size());
  std::vector<std::size_t> path;
  const auto enter = [&](std::size_t node) {
    if (seen[node]) return;
    seen[node] = true;
    path.push_back(node);
  };
  for (std::size_t start = 0; start < targets.size(); ++start) {
    enter(start);
    while (!path.empty()) {
      const auto node = path.back();
      if (next_target[node] < targets[node].size()) {
        enter(targets[node][next_target[node]++]);
      } else {
        order.push_back(node);
        path.pop_back();
      }
    }
  }
  return order;
}

std::optional<std::string> identity_of_reference(const json& reference) {
  if (const auto* url = text_at(reference, "url")) return external_reference_id(*url);
  const auto* source_name = text_at(reference, "source_name");
  const auto* external_id = text_at(reference, "external_id");
  if (source_name == nullptr || external_id == nullptr) return std::nullopt;
  return external_reference_id(*source_name, *external_id);
}

std::optional<std::string> identity_of_phase(const json& phase) {
  const auto* kill_chain_name = text_at(phase, "kill_chain_name");
  const auto* phase_name = text_at(phase, "phase_name");
  if (kill_chain_name == nullptr || phase_name == nullptr) return std::nullopt;
  return kill_chain_phase_id(*kill_chain_name, *phase_name);
}

/// Keeps the first of the elements with the same identity; removes elements without one.
template <class IdentityOf>
void keep_distinct(json& array, IdentityOf identity_of) {
  std::unordered_set<std::string> seen;
  auto kept = json::array();
  for (auto& element : array) {
    const auto identity = identity_of(element);
    if (identity && seen.insert(*identity).second) kept.push_back(std::move(element));
  }
  array = std::move(kept);
}

/// Why OpenCTI would reject an object whose references are cleaned.
std::optional<std::string> reason_to_drop(const json& object, std::string_view id) {
  const auto* type = text_at(object, "type");
  if (type != nullptr && *type == "relationship") {
    if (text_at(object, "source_ref") == nullptr) return "relationship without source_ref";
    if (text_at(object, "target_ref") == nullptr) return "relationship without target_ref";
  } else if (type != nullptr && *type == "sighting") {
    if (text_at(object, "sighting_of_ref") == nullptr) return "sighting without sighting_of_ref";
    const auto seen_by = object.find("where_sighted_refs");
    if (seen_by == object.end() || seen_by->empty()) return "sighting without where_sighted_refs";
  }
  if (!has_known_type(id)) return "type unknown to OpenCTI";
  return std::nullopt;
}

/// The objects of a bundle, each id once, and an index from a reference to its target.
class References final {
 public:
  /// Objects without id go to `dropped`.
  References(std::vector<json> objects, std::vector<Dropped>& dropped) {
    for (auto& object : objects) {
      const auto* id = text_at(object, "id");
      if (id == nullptr) {
        dropped.push_back({{}, "no id"});
        continue;
      }
      const auto [place, is_new] = places_.try_emplace(*id, objects_.size());
      if (is_new) {
        objects_.push_back(std::move(object));
      } else {
        objects_[place->second] = std::move(object);
      }
    }
    for (std::size_t place = 0; place < objects_.size(); ++place) add_other_ids(place);
    sequences_.resize(objects_.size());
  }

  [[nodiscard]] const json& object(std::size_t place) const { return objects_[place]; }

  /// For each object the indices of the objects that it refers to.
  [[nodiscard]] std::vector<std::vector<std::size_t>> targets() const {
    std::vector<std::vector<std::size_t>> all(objects_.size());
    for (std::size_t place = 0; place < objects_.size(); ++place) {
      const auto add = [&](const json& reference) {
        if (const auto target = place_of(reference)) all[place].push_back(*target);
      };
      for (const auto& [key, value] : objects_[place].items()) {
        if (holds_references(key, value)) std::for_each(value.begin(), value.end(), add);
        if (holds_reference(key, value)) add(value);
      }
    }
    return all;
  }

  /// Cleans an object and returns its sequence. Its targets must be clean already: a reference to a
  /// target that is not clean closes a cycle.
  std::int64_t clean(std::size_t place) {
    std::int64_t sequence = 1;
    const auto accept = [&](const json& reference) {
      const auto added = sequence_of(reference);
      if (added) sequence = std::min(sequence + *added, largest_sequence);
      return added.has_value();
    };
    for (const auto& [key, value] : objects_[place].items()) {
      if (holds_references(key, value)) {
        keep_distinct(value, [&](const json& reference) -> std::optional<std::string> {
          if (!accept(reference)) return std::nullopt;
          return reference.get<std::string>();
        });
      } else if (holds_reference(key, value)) {
        if (!accept(value)) value = nullptr;
      } else if (key == "external_references" && value.is_array()) {
        keep_distinct(value, identity_of_reference);
      } else if (key == "kill_chain_phases" && value.is_array()) {
        keep_distinct(value, identity_of_phase);
      }
    }
    sequences_[place] = sequence;
    return sequence;
  }

 private:
  void add_other_ids(std::size_t place) {
    const auto& object = objects_[place];
    if (const auto* id = text_at(object, "x_opencti_id")) places_.try_emplace(*id, place);
    const auto extensions = object.find("extensions");
    if (extensions == object.end()) return;
    const auto extension = extensions->find(opencti_extension);
    if (extension == extensions->end()) return;
    if (const auto* id = text_at(*extension, "id")) places_.try_emplace(*id, place);
  }

  /// The index of the target; nothing if it is not in the bundle, or cannot be referred to.
  [[nodiscard]] std::optional<std::size_t> place_of(const json& reference) const {
    const auto* id = reference.get_ptr<const std::string*>();
    if (id == nullptr || !has_known_type(*id)) return std::nullopt;
    const auto place = places_.find(*id);
    if (place == places_.end()) return std::nullopt;
    return place->second;
  }

  /// What a reference adds to the sequence of its object; nothing if the reference must be removed.
  [[nodiscard]] std::optional<std::int64_t> sequence_of(const json& reference) const {
    if (!reference.is_string() || !has_known_type(reference.get_ref<const std::string&>())) {
      return std::nullopt;
    }
    const auto place = place_of(reference);
    if (!place) return 0;
    if (sequences_[*place] == 0) return std::nullopt;
    return sequences_[*place];
  }

  std::vector<json> objects_;
  std::unordered_map<std::string, std::size_t> places_;
  /// Zero until the object is cleaned.
  std::vector<std::int64_t> sequences_;
};

std::string bundle_of_one(const json& object, std::string_view bundle_id, std::int64_t sequence) {
  return fmt::format(
      R"({{"type":"bundle","id":{},"spec_version":"2.1","x_opencti_seq":{},"objects":[{}]}})",
      json(bundle_id).dump(), sequence,
      object.dump(-1, ' ', false, json::error_handler_t::replace));
}

}  // namespace

Split split(std::vector<json> objects, std::string_view bundle_id) {
  Split result;
  References references(std::move(objects), result.dropped);
  for (const auto place : targets_first(references.targets())) {
    const auto sequence = references.clean(place);
    const auto& object = references.object(place);
    const auto id = object.at("id").get<std::string>();
    if (const auto reason = reason_to_drop(object, id)) {
      result.dropped.push_back({id, *reason});
    } else {
      result.pieces.push_back({bundle_of_one(object, bundle_id, sequence), sequence, id});
    }
  }
  std::stable_sort(
      result.pieces.begin(), result.pieces.end(),
      [](const Piece& left, const Piece& right) { return left.sequence < right.sequence; });
  return result;
}

}  // namespace stix
