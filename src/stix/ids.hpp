// Ids of STIX objects. Those that follow from what an object is (STIX 2.1 §2.9) are the same in
// every run and on every machine, so sending an object again meets the one that is already there.
// The properties that enter are the ones OpenCTI chose. All functions are thread-safe.
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
/// that STIX 2.1 sets aside. The functions below know the contributing properties of each type.
/// Here and in all of them, outer blanks of a text do not matter: see stored_form.hpp.
[[nodiscard]] std::string deterministic_id(std::string_view type,
                                           const nlohmann::json& contributing);

/// `<type>--` and a UUIDv4: for bundles.
[[nodiscard]] std::string random_id(std::string_view type);

/// Letter case and outer blanks do not matter. The class is `organization` for organizations,
/// `class` for sectors, `individual` or `system`.
[[nodiscard]] std::string identity_id(std::string_view identity_class, std::string_view name);

/// Letter case and outer blanks of the name do not matter; the type is taken as written, as in
/// `Country`, `Region`, `City`, `Administrative-Area`.
[[nodiscard]] std::string location_id(std::string_view name, std::string_view location_type);

/// @param created enters as written; clients of OpenCTI hash `2024-05-01T10:20:30.123456+00:00`
/// here while they send `…Z`. A note with a time in its id is a new note each time.
[[nodiscard]] std::string note_id(std::string_view content,
                                  std::optional<std::string_view> created = {},
                                  std::optional<std::string_view> abstract = {});

/// Start and stop time stay out on purpose, so that two objects have one relationship of a type for
/// ever: with the same id OpenCTI widens the times of what it has, while with the times in the id
/// it keeps a further relationship each time that they move by more than 30 days.
[[nodiscard]] std::string relationship_id(std::string_view relationship_type,
                                          std::string_view source_ref, std::string_view target_ref);

/// A TLP, in any letter case, has its fixed id; others are hashed as written.
[[nodiscard]] std::string marking_definition_id(std::string_view definition_type,
                                                std::string_view definition);

/// Letter case and outer blanks do not matter.
[[nodiscard]] std::string label_id(std::string_view value);

[[nodiscard]] std::string external_reference_id(std::string_view url);

/// For references without a URL.
[[nodiscard]] std::string external_reference_id(std::string_view source_name,
                                                std::string_view external_id);

[[nodiscard]] std::string kill_chain_phase_id(std::string_view kill_chain_name,
                                              std::string_view phase_name);

/// One hash enters, as written: MD5, else SHA-1, else SHA-256, else SHA-512, else the first one;
/// and the name unless it is empty. OpenCTI itself leaves the name out when there is a hash, and
/// keeps an id with the name as an alias.
/// @throws std::invalid_argument for a file without hash and name.
[[nodiscard]] std::string file_id(const Hashes& hashes, std::string_view name = {});

/// For `url`, `domain-name`, `ipv4-addr`, `ipv6-addr` and `hostname`. But for outer blanks the
/// value enters as written: two spellings of an address are two objects, so bring it to one form
/// before.
[[nodiscard]] std::string value_id(std::string_view type, std::string_view value);

[[nodiscard]] std::string autonomous_system_id(std::uint32_t number);

}  // namespace stix OPENCTI_CONNECTOR_PUBLIC
