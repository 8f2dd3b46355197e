// The creation time of a work, from its id.
#pragma once

#include <cstdint>
#include <optional>

#include "opencti/ids.hpp"

namespace runtime {

/// In milliseconds since 1970, from an id such as `work_<connector>_2026-03-18T10:00:00.123Z`
/// (opencti-graphql: generateWorkId). Nothing for an id of another form.
[[nodiscard]] std::optional<std::int64_t> time_of_work(const opencti::WorkId& work_id);

}  // namespace runtime
