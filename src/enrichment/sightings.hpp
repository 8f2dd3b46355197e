// When Kaspersky saw an object, for the description of its indicator.
#pragma once

#include <string>
#include <string_view>

#include "kaspersky/answer.hpp"

namespace enrichment {

/// When Kaspersky last saw the object: the date in the answer, else the latest date on which the
/// object was seen with another object or for the first time. Empty if the answer has no date up to
/// today.
/// @param today midnight in RFC 3339
[[nodiscard]] std::string_view last_seen(const kaspersky::Answer& answer, std::string_view today);

/// Zone and dates, for people: `Kaspersky zone red, first seen on 2024-05-01, last seen on
/// 2026-10-02.`
[[nodiscard]] std::string sightings_of(const kaspersky::Answer& answer, std::string_view today);

}  // namespace enrichment
