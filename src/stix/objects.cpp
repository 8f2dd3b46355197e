#include "stix/objects.hpp"

#include "stix/ids.hpp"

namespace stix {

using nlohmann::json;

namespace {

json object(std::string_view type, std::string id) {
  json out = json::object();
  out["type"] = type;
  out["spec_version"] = "2.1";
  out["id"] = std::move(id);
  return out;
}

void add_provenance(json& object, const char* author_key, const Provenance& provenance) {
  if (!provenance.author_ref.empty()) object[author_key] = provenance.author_ref;
  if (!provenance.marking_refs.empty()) object["object_marking_refs"] = provenance.marking_refs;
}

json observable(std::string_view type, std::string id, const Provenance& provenance) {
  auto out = object(type, std::move(id));
  add_provenance(out, "x_opencti_created_by_ref", provenance);
  return out;
}

json dated(std::string_view type, std::string id, std::string_view created,
           const Provenance& provenance) {
  auto out = object(type, std::move(id));
  out["created"] = created;
  out["modified"] = created;
  add_provenance(out, "created_by_ref", provenance);
  return out;
}

}  // namespace

json organization(std::string_view name, std::string_view created, const Provenance& provenance) {
  auto out = dated("identity", identity_id("organization", name), created, provenance);
  out["name"] = name;
  out["identity_class"] = "organization";
  return out;
}

json external_reference(std::string_view source_name, std::string_view url,
                        std::optional<std::string_view> description,
                        std::optional<std::string_view> external_id) {
  json reference{{"source_name", source_name}, {"url", url}};
  if (description) reference["description"] = *description;
  if (external_id) reference["external_id"] = *external_id;
  return reference;
}

json file(const Hashes& hashes, const Provenance& provenance) {
  auto out = observable("file", file_id(hashes), provenance);
  out["hashes"] = hashes;
  return out;
}

json observable_of_value(std::string_view type, std::string_view value,
                         const Provenance& provenance) {
  auto out = observable(type, value_id(type, value), provenance);
  out["value"] = value;
  return out;
}

json autonomous_system(std::uint32_t number, std::string_view name, const Provenance& provenance) {
  auto out = observable("autonomous-system", autonomous_system_id(number), provenance);
  out["number"] = number;
  if (!name.empty()) out["name"] = name;
  return out;
}

json country(std::string_view name, const std::vector<std::string>& aliases,
             std::string_view created, const Provenance& provenance) {
  auto out = dated("location", location_id(name, "Country"), created, provenance);
  out["name"] = name;
  out["country"] = name;
  out["x_opencti_location_type"] = "Country";
  if (!aliases.empty()) out["x_opencti_aliases"] = aliases;
  return out;
}

json sector(std::string_view name, std::string_view created, const Provenance& provenance) {
  auto out = dated("identity", identity_id("class", name), created, provenance);
  out["name"] = name;
  out["identity_class"] = "class";
  return out;
}

json note(std::string_view id, std::string_view abstract, std::string_view content,
          std::string_view object_ref, std::string_view created, const Provenance& provenance) {
  auto out = dated("note", std::string(id), created, provenance);
  out["abstract"] = abstract;
  out["content"] = content;
  out["object_refs"] = json::array({object_ref});
  return out;
}

json indicator(std::string_view pattern, std::string_view name, std::string_view valid_from,
               std::string_view valid_until, const Provenance& provenance) {
  auto out = dated("indicator", deterministic_id("indicator", {{"pattern", pattern}}), valid_from,
                   provenance);
  out["name"] = name;
  out["pattern"] = pattern;
  out["pattern_type"] = "stix";
  out["valid_from"] = valid_from;
  out["valid_until"] = valid_until;
  return out;
}

json relationship(const RelationshipEnds& ends, std::string_view created,
                  const Provenance& provenance) {
  auto out = dated("relationship", relationship_id(ends.type, ends.source_ref, ends.target_ref),
                   created, provenance);
  out["relationship_type"] = ends.type;
  out["source_ref"] = ends.source_ref;
  out["target_ref"] = ends.target_ref;
  return out;
}

}  // namespace stix
