// Texts for people on a work about the outcome of a lookup.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "kaspersky/outcome.hpp"
#include "kaspersky/zone.hpp"
#include "source/check_result.hpp"

namespace tip {

/// This source's name for people.
inline constexpr std::string_view source_name = "Kaspersky";

/// "Kaspersky zone: red."
[[nodiscard]] std::string found_text(std::optional<kaspersky::Zone> zone);

[[nodiscard]] std::string not_worth_a_lookup_text(const std::string& why);

/// For every outcome but found, for which found_text() is used.
[[nodiscard]] std::string outcome_text(const kaspersky::Outcome& outcome);

/// For an object that Kaspersky does not know, if a note says so.
[[nodiscard]] std::string noted_as_unknown_text();

/// The result of a lookup that checks the API key: until when the key is valid, or what to fix.
[[nodiscard]] source::CheckResult check_result(const kaspersky::Outcome& outcome);

}  // namespace tip
