// The form in which OpenCTI stores an object. OpenCTI trims each text after it has computed the
// object's id and compared the object with the stored one: a text sent untrimmed raises an event,
// and may change an id, each time.
#pragma once

#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "stix/observable.hpp"

namespace stix {

/// The document with each text trimmed(), without members and elements that are then empty: texts,
/// lists and objects. Keys, numbers and the order of lists stay. Ids hashed from texts do not
/// change, see ids.hpp.
[[nodiscard]] nlohmann::json stored_form(nlohmann::json document);

/// The texts trimmed(), in their order, without duplicates and empty texts.
[[nodiscard]] std::vector<std::string> stored_form(const std::vector<std::string>& texts);

/// The update with all its texts in stored form, without references that have no URL.
[[nodiscard]] ObservableUpdate stored_form(ObservableUpdate update);

}  // namespace stix
