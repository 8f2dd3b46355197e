// The forms in which OpenCTI writes an observable down, read into and written from
// stix::Observable.
//
// The platform's form (messages, playbook bundles, `toStix`) keeps score, labels, author and
// references in two extensions; pycti's export form keeps them at the root as `x_opencti_…`; a
// Hostname keeps them at the root under plain names. Each form is read; see docs/architecture.md.
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
/// from the STIX type where that leaves no doubt. Empty when it cannot be told.
[[nodiscard]] std::string entity_type_of(const nlohmann::json& object);

/// Ids of the users who wrote the object, in the platform's form; the first one made it. Empty
/// where that is not told.
[[nodiscard]] std::vector<std::string> creators_of(const nlohmann::json& object);

/// Reads either form. Fields of a wrong type count as absent; never throws.
[[nodiscard]] stix::Observable read_observable(const nlohmann::json& object);

/// What goes to the workers: type, id, key value, markings, and the update, all at the root. A
/// malformed hash of the observable's own is left out: the platform would take it for a new one.
/// Nothing that the platform has is erased by what is left out (tried on 7.260318). The markings
/// are there in case the object was deleted meanwhile: it must not come back unmarked. All texts
/// are in the form in which the platform stores them.
[[nodiscard]] nlohmann::json lean_object(const stix::Observable& observable,
                                         const stix::ObservableUpdate& update);

/// What goes back to a playbook: the object as it came, with the update in the places where its
/// form keeps these things, so that the next steps see it.
[[nodiscard]] nlohmann::json updated_object(nlohmann::json object,
                                            const stix::ObservableUpdate& update);

}  // namespace opencti
