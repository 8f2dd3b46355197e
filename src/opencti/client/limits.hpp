// Bounds of this room.
#pragma once

#include <cstddef>

namespace opencti {

/// Of an answer of the platform, in bytes: what it has to say about one object, work or
/// registration. As many can be in hand as there are workers.
inline constexpr std::size_t longest_answer = std::size_t{4} * 1024 * 1024;
/// Of an answer, as JSON.
inline constexpr std::size_t most_values = 50'000;

}  // namespace opencti
