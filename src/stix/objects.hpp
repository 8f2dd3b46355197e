// Builders of the STIX objects of an enrichment. Their ids are deterministic, so that an object
// that is sent again updates the existing one. All functions are thread-safe.
//
// ```cpp
// source::Enrichment located_in_sweden(const stix::Observable& address) {
//   const std::string_view created = "2026-01-01T00:00:00Z";
//   auto author = stix::organization("Example Service", created);
//   source::Enrichment enrichment;
//   enrichment.author_id = author.at("id");
//   const stix::Provenance provenance{.author_ref = enrichment.author_id, .marking_refs = {}};
//   auto country = stix::country("Sweden", {"SE"}, created, provenance);
//   auto located = stix::relationship({"located-at", address.id, country.at("id")}, created,
//                                     provenance);
//   enrichment.objects = {std::move(author), std::move(country), std::move(located)};
//   return enrichment;
// }
// ```
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json.hpp>

#include "export.hpp"
#include "stix/observable.hpp"

namespace stix OPENCTI_CONNECTOR_PUBLIC {

/// An entry of `external_references`.
[[nodiscard]] nlohmann::json external_reference(std::string_view source_name, std::string_view url,
                                                std::optional<std::string_view> description = {},
                                                std::optional<std::string_view> external_id = {});

/// The author of an object, and its marking definitions; both may be empty. Do not mark shared
/// objects: the strictest marking that any client gives them hides them from users without it.
struct Provenance {
  std::string author_ref;
  std::vector<std::string> marking_refs;
};

/// An identity that can be the author of other objects.
/// @param created RFC 3339 in UTC, as in `2024-05-01T10:20:30.123Z`; also the time of modification.
/// A fixed time makes two runs send the same bytes.
[[nodiscard]] nlohmann::json organization(std::string_view name, std::string_view created,
                                          const Provenance& provenance = {});

/// A file with these hashes, none of them empty. Observables name their author in
/// `x_opencti_created_by_ref`, which the platform reads.
[[nodiscard]] nlohmann::json file(const Hashes& hashes, const Provenance& provenance);

/// A `url`, `domain-name`, `ipv4-addr` or `ipv6-addr` with its value in canonical form.
[[nodiscard]] nlohmann::json observable_of_value(std::string_view type, std::string_view value,
                                                 const Provenance& provenance);

/// @param number maximum 2147483647: the platform rejects larger ones
/// @param name may be empty
[[nodiscard]] nlohmann::json autonomous_system(std::uint32_t number, std::string_view name,
                                               const Provenance& provenance);

/// @param created also the time of modification, as for all below
[[nodiscard]] nlohmann::json country(std::string_view name, const std::vector<std::string>& aliases,
                                     std::string_view created, const Provenance& provenance);

/// A branch of industry. The identity class is `class`: with another class the platform makes it an
/// organization.
[[nodiscard]] nlohmann::json sector(std::string_view name, std::string_view created,
                                    const Provenance& provenance);

/// @param id an id that the caller keeps: with note_id() of content and time, each change would be
/// a new note
[[nodiscard]] nlohmann::json note(std::string_view id, std::string_view abstract,
                                  std::string_view content, std::string_view object_ref,
                                  std::string_view created, const Provenance& provenance);

/// An indicator with a pattern of the language `stix`; its id is hashed from the pattern alone.
/// @param valid_from also the time of creation
[[nodiscard]] nlohmann::json indicator(std::string_view pattern, std::string_view name,
                                       std::string_view valid_from, std::string_view valid_until,
                                       const Provenance& provenance);

struct RelationshipEnds {
  std::string type;
  std::string source_ref;
  std::string target_ref;
};

/// Without times: a caller that knows start and stop time adds both; see relationship_id().
[[nodiscard]] nlohmann::json relationship(const RelationshipEnds& ends, std::string_view created,
                                          const Provenance& provenance);

}  // namespace stix OPENCTI_CONNECTOR_PUBLIC
