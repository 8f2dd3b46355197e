// Ids of STIX objects. Deterministic ids (STIX 2.1 §2.9) are the same in every run and on every
// machine, so an object that is sent again updates the existing one. They are hashed from the same
// properties as in OpenCTI. All functions are thread-safe.
//
// ```cpp
// std::string id_of_place(std::string_view address) {
//   return stix::relationship_id("located-at", stix::value_id("ipv4-addr", address),
//                                stix::location_id("Netherlands", "Country"));
// }
// ```
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include <nlohmann/json.hpp>

#include "export.hpp"
#include "stix/observable.hpp"

namespace stix OPENCTI_CONNECTOR_PUBLIC {

/// `<type>--` and the UUIDv5 of the contributing properties in canonical JSON, in the namespace
/// that STIX 2.1 reserves. The functions below know the contributing properties of each type. All
/// functions here ignore outer blanks of texts: see stored_form.hpp.
[[nodiscard]] std::string deterministic_id(std::string_view type,
                                           const nlohmann::json& contributing);

/// `<type>--` and a UUIDv4: for bundles.
[[nodiscard]] std::string random_id(std::string_view type);

/// Letter case and outer blanks are ignored. The class is `organization` for organizations, `class`
/// for sectors, `individual` or `system`.
[[nodiscard]] std::string identity_id(std::string_view identity_class, std::string_view name);

/// Letter case and outer blanks of the name are ignored; the type is used as written: `Country`,
/// `Region`, `City`, `Administrative-Area`.
[[nodiscard]] std::string location_id(std::string_view name, std::string_view location_type);

/// @param created hashed as written; clients of OpenCTI hash `2024-05-01T10:20:30.123456+00:00`
/// here, but send `…Z`. A note with a time in its id is a new note each time.
[[nodiscard]] std::string note_id(std::string_view content,
                                  std::optional<std::string_view> created = {},
                                  std::optional<std::string_view> abstract = {});

/// The id does not include start and stop time, so that two objects always have one relationship
/// per type. With the same id OpenCTI extends the times of the existing relationship. With the
/// times in the id it would create another relationship each time that they move by more than 30
/// days.
[[nodiscard]] std::string relationship_id(std::string_view relationship_type,
                                          std::string_view source_ref, std::string_view target_ref);

/// A TLP, in any letter case, has a fixed id; other markings are hashed as written.
[[nodiscard]] std::string marking_definition_id(std::string_view definition_type,
                                                std::string_view definition);

/// Letter case and outer blanks are ignored.
[[nodiscard]] std::string label_id(std::string_view value);

[[nodiscard]] std::string external_reference_id(std::string_view url);

/// For references without a URL.
[[nodiscard]] std::string external_reference_id(std::string_view source_name,
                                                std::string_view external_id);

[[nodiscard]] std::string kill_chain_phase_id(std::string_view kill_chain_name,
                                              std::string_view phase_name);

/// The id is hashed from one hash, as written (MD5, else SHA-1, else SHA-256, else SHA-512, else
/// the first one), and from the name unless it is empty. OpenCTI itself omits the name when there
/// is a hash, and keeps an id with the name as an alias.
/// @throws std::invalid_argument for a file without hash and name.
[[nodiscard]] std::string file_id(const Hashes& hashes, std::string_view name = {});

/// For `url`, `domain-name`, `ipv4-addr`, `ipv6-addr` and `hostname`. Except for outer blanks the
/// value is hashed as written: two spellings of an address are two objects. Pass the
/// canonical_value().
[[nodiscard]] std::string value_id(std::string_view type, std::string_view value);

[[nodiscard]] std::string autonomous_system_id(std::uint32_t number);

}  // namespace stix OPENCTI_CONNECTOR_PUBLIC
