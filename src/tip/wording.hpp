// What people read on a work about how a lookup at Kaspersky ended.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "kaspersky/outcome.hpp"
#include "kaspersky/zone.hpp"
#include "source/check_result.hpp"

namespace tip {

/// As people call this source.
inline constexpr std::string_view source_name = "Kaspersky";

/// "Kaspersky says zone red."
[[nodiscard]] std::string found_text(std::optional<kaspersky::Zone> zone);

[[nodiscard]] std::string not_worth_asking_text(const std::string& why);

/// For every outcome; what Kaspersky said of the object is found_text()'s.
[[nodiscard]] std::string outcome_text(const kaspersky::Outcome& outcome);

/// For an object that Kaspersky does not know, where a note says so.
[[nodiscard]] std::string noted_as_unknown_text();

/// Of a lookup that was made to see whether the key is taken: until when it is, or what to fix.
[[nodiscard]] source::CheckResult check_result(const kaspersky::Outcome& outcome);

}  // namespace tip
