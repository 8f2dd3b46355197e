// What OpenCTI keeps of what it is sent. It trims each text after it has made the object's id and
// compared the object with the one that it has: what is sent untrimmed raises an event, and may
// change an id, each time that it is sent.
#pragma once

#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "stix/observable.hpp"

namespace stix {

/// The document with each text in it trimmed(), without the members and elements that are then
/// empty: texts, lists and objects. Keys, numbers and the order of lists stay. Ids that follow from
/// texts are those of the trimmed ones, see ids.hpp.
[[nodiscard]] nlohmann::json stored_form(nlohmann::json document);

/// The texts trimmed(), each once, in their order, without empty ones.
[[nodiscard]] std::vector<std::string> stored_form(const std::vector<std::string>& texts);

/// All of its texts likewise; references without a URL are left out.
[[nodiscard]] ObservableUpdate stored_form(ObservableUpdate update);

}  // namespace stix
