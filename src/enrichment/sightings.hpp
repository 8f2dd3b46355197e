// When Kaspersky saw an object, for the description of its indicator.
#pragma once

#include <string>
#include <string_view>

#include "kaspersky/answer.hpp"

namespace enrichment {

/// When Kaspersky last saw the object: what the answer says of it, else the latest date on which it
/// was seen with another one or for the first time. Empty when the answer has no date up to today.
/// @param today midnight in RFC 3339
[[nodiscard]] std::string_view last_seen(const kaspersky::Answer& answer, std::string_view today);

/// What Kaspersky saw of the object and when, for people: `Kaspersky zone red, first seen on
/// 2024-05-01, last seen on 2026-10-02.`
[[nodiscard]] std::string sightings_of(const kaspersky::Answer& answer, std::string_view today);

}  // namespace enrichment
