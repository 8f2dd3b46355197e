#include "opencti/in/observable.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <initializer_list>
#include <string_view>

#include "stix/hashes.hpp"
#include "stix/normalization.hpp"
#include "stix/stored_form.hpp"
#include "text/json.hpp"

namespace opencti {
namespace {

using nlohmann::json;

struct TypeName {
  std::string_view stix;
  std::string_view opencti;
};

constexpr std::array type_names{
    TypeName{"file", "StixFile"},
    TypeName{"artifact", "Artifact"},
    TypeName{"ipv4-addr", "IPv4-Addr"},
    TypeName{"ipv6-addr", "IPv6-Addr"},
    TypeName{"domain-name", "Domain-Name"},
    TypeName{"hostname", "Hostname"},
    TypeName{"url", "Url"},
};

using text::member;
using text::text_at;
using text::texts;

const json& extension(const json& object, const char* id) {
  return member(member(object, "extensions"), id);
}

/// A property under `x_opencti_<name>` at the root, in the observable extension, or under its own
/// name at the root. The first place that has it is used.
const json& property(const json& object, std::string_view name) {
  const auto& exported = member(object, fmt::format("x_opencti_{}", name));
  if (!exported.is_null()) return exported;
  const auto& extended = member(extension(object, observable_extension), name);
  return extended.is_null() ? member(object, name) : extended;
}

/// `sha256`, `SHA256` and `sha-256` become `SHA-256`; other names stay.
std::string canonical_algorithm(std::string_view name) {
  std::string plain;
  for (const char c : name) {
    if (c != '-') plain += (c >= 'a' && c <= 'z') ? static_cast<char>(c - 'a' + 'A') : c;
  }
  if (plain == "MD5") return plain;
  for (const auto* digits : {"1", "256", "512"}) {
    if (plain == std::string("SHA") + digits) return std::string("SHA-") + digits;
  }
  return std::string(name);
}

template <class T>
void unite(json& list, const std::vector<T>& more) {
  if (!list.is_array()) list = json::array();
  for (const auto& item : more) {
    if (std::find(list.begin(), list.end(), json(item)) == list.end()) list.push_back(item);
  }
}

/// The platform stores labels in lower case, but an earlier step of a playbook may have written
/// others.
void unite_labels(json& list, const std::vector<std::string>& more) {
  if (!list.is_array()) list = json::array();
  for (const auto& label : more) {
    const bool there = std::any_of(list.begin(), list.end(), [&](const json& other) {
      return other.is_string() && stix::normalized(other.get<std::string>()) == label;
    });
    if (!there) list.push_back(label);
  }
}

/// Merges references with the same URL; the platform compares the text.
void unite_references(json& list, const std::vector<json>& more) {
  if (!list.is_array()) list = json::array();
  for (const auto& reference : more) {
    const bool there = std::any_of(list.begin(), list.end(), [&](const json& other) {
      return text_at(other, "url") == text_at(reference, "url");
    });
    if (!there) list.push_back(reference);
  }
}

void add_hashes(json& object, const stix::Hashes& hashes) {
  if (hashes.empty()) return;
  auto& all = object["hashes"];
  if (!all.is_object()) all = json::object();
  for (const auto& [algorithm, value] : hashes) all[algorithm] = value;
}

/// The place of a property in an object: in `owner`, or at the root under a name that takes
/// precedence.
class Places final {
 public:
  explicit Places(json& object)
      : object_(object),
        platform_form_(extension(object, opencti_extension).is_object() ||
                       extension(object, observable_extension).is_object()) {
    if (!platform_form_ || text_at(object, "type") == "hostname") return;
    extension_ = &object["extensions"][observable_extension];
    if (!extension_->is_object()) *extension_ = json{{"extension_type", "property-extension"}};
  }

  /// @param name of the property
  /// @param hiding names at the root that take precedence
  json& of(const char* name, std::initializer_list<const char*> hiding) {
    for (const auto* key : hiding) {
      if (object_.contains(key)) return object_[key];
    }
    if (extension_ != nullptr) return (*extension_)[name];
    if (platform_form_ || std::string_view(name) == "external_references") return object_[name];
    return object_["x_opencti_" + std::string(name)];
  }

 private:
  json& object_;
  bool platform_form_;
  json* extension_ = nullptr;
};

}  // namespace

std::string entity_type_of(const json& object) {
  for (const json* place :
       {&member(extension(object, opencti_extension), "type"), &member(object, "x_opencti_type")}) {
    if (place->is_string()) return place->get<std::string>();
  }
  const auto type = text_at(object, "type");
  for (const auto& row : type_names) {
    if (row.stix == type) return std::string(row.opencti);
  }
  return {};
}

std::vector<std::string> creators_of(const json& object) {
  return texts(member(extension(object, opencti_extension), "creator_ids"));
}

stix::Observable read_observable(const json& object) {
  stix::Observable observable;
  observable.id = text_at(object, "id");
  observable.type = text_at(object, "type");
  observable.value = text_at(object, "value");
  observable.name = text_at(object, "name");
  const auto& hashes = member(object, "hashes");
  if (hashes.is_object()) {
    for (const auto& [algorithm, value] : hashes.items()) {
      if (value.is_string()) {
        observable.hashes.insert_or_assign(canonical_algorithm(algorithm),
                                           value.get<std::string>());
      }
    }
  }
  observable.labels = texts(property(object, "labels"));
  observable.additional_names = texts(property(object, "additional_names"));
  if (const auto& score = property(object, "score"); score.is_number_integer()) {
    observable.score = score.get<int>();
  }
  observable.marking_refs = texts(member(object, "object_marking_refs"));
  if (const auto& author = property(object, "created_by_ref"); author.is_string()) {
    observable.created_by_ref = author.get<std::string>();
  }
  return observable;
}

json lean_object(const stix::Observable& observable, const stix::ObservableUpdate& update) {
  json object{{"type", observable.type}, {"spec_version", "2.1"}, {"id", observable.id}};
  if (!observable.value.empty()) object["value"] = observable.value;
  auto own = observable.hashes;
  std::erase_if(
      own, [](const auto& hash) { return !stix::is_hash(hash.first, stix::trimmed(hash.second)); });
  add_hashes(object, own);
  add_hashes(object, update.hashes);
  if (observable.hashes.empty() && !observable.name.empty()) object["name"] = observable.name;
  if (!observable.marking_refs.empty()) object["object_marking_refs"] = observable.marking_refs;
  if (update.score) object["x_opencti_score"] = *update.score;
  if (update.size) object["size"] = *update.size;
  if (!update.labels.empty()) object["labels"] = update.labels;
  if (!update.additional_names.empty()) {
    object["x_opencti_additional_names"] = update.additional_names;
  }
  if (!update.external_references.empty())
    object["external_references"] = update.external_references;
  if (update.created_by_ref) object["x_opencti_created_by_ref"] = *update.created_by_ref;
  return stix::stored_form(std::move(object));
}

json updated_object(json object, const stix::ObservableUpdate& update) {
  Places places(object);
  if (update.score) {
    places.of("score", {"x_opencti_score"}) = *update.score;
    // A Url also has a score at the root.
    if (object.contains("score")) object["score"] = *update.score;
  }
  if (!update.labels.empty()) unite_labels(places.of("labels", {"labels"}), update.labels);
  if (!update.additional_names.empty()) {
    unite(places.of("additional_names", {"x_opencti_additional_names"}), update.additional_names);
  }
  if (update.created_by_ref) {
    places.of("created_by_ref", {"created_by_ref", "x_opencti_created_by_ref"}) =
        *update.created_by_ref;
  }
  if (!update.external_references.empty()) {
    unite_references(places.of("external_references", {"external_references"}),
                     update.external_references);
  }
  add_hashes(object, update.hashes);
  if (update.size) object["size"] = *update.size;
  return object;
}

}  // namespace opencti
