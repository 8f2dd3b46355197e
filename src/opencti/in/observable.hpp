// Converts between OpenCTI's forms of an observable and stix::Observable.
//
// The platform's form (messages, playbook bundles, `toStix`) keeps score, labels, author and
// references in two extensions; pycti's export form keeps them at the root as `x_opencti_…`; a
// Hostname keeps them at the root under plain names. Each form is read; see docs/mapping.md,
// 'Forms'.
#pragma once

#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "stix/observable.hpp"

namespace opencti {

inline constexpr const char* opencti_extension =
    "extension-definition--ea279b3e-5c71-4632-ac08-831c66a786ba";
inline constexpr const char* observable_extension =
    "extension-definition--f93e2c80-4231-4f9a-af8b-95c9bd566a82";

/// OpenCTI's name of the object's type (`StixFile`), from the extension, from `x_opencti_type`, or
/// from the STIX type if that is unambiguous. Empty if it is unknown.
[[nodiscard]] std::string entity_type_of(const nlohmann::json& object);

/// Ids of the users who wrote the object, in the platform's form; the first user created it. Empty
/// if unknown.
[[nodiscard]] std::vector<std::string> creators_of(const nlohmann::json& object);

/// Reads either form. Fields of a wrong type count as absent; never throws.
[[nodiscard]] stix::Observable read_observable(const nlohmann::json& object);

/// The object for the workers: type, id, key value, markings, and the update, all at the root. A
/// malformed hash of the observable is omitted, because the platform would treat it as a new hash.
/// Omitted properties do not erase data on the platform (tested on 7.260318). The markings are
/// included because the object may have been deleted: it must not be created again without them.
/// All texts are in stored form.
[[nodiscard]] nlohmann::json lean_object(const stix::Observable& observable,
                                         const stix::ObservableUpdate& update);

/// The object for a playbook: unchanged, with the update at the places of its form, so that the
/// next steps see it.
[[nodiscard]] nlohmann::json updated_object(nlohmann::json object,
                                            const stix::ObservableUpdate& update);

}  // namespace opencti
