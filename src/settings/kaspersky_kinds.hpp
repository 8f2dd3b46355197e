// Kinds of settings that only Kaspersky's connector has.
#pragma once

#include <string>
#include <vector>

#include "kaspersky/lifetimes.hpp"
#include "kaspersky/sections.hpp"
#include "settings/engine.hpp"
#include "settings/settings.hpp"

namespace settings {

/// Sections of one kind of lookup, separated by commas; the mandatory ones are added.
[[nodiscard]] Kind sections(kaspersky::ObjectKind object, Put<std::vector<std::string>> put);

[[nodiscard]] Kind zone_scores(Put<ZoneScores> put);

/// How long answers are used again, by zone.
[[nodiscard]] Kind lifetimes(Put<kaspersky::Lifetimes> put);

}  // namespace settings
