// Bounds of this room.
#pragma once

#include <cstddef>

namespace opencti {

/// Of an answer of the platform, in bytes.
inline constexpr std::size_t longest_answer = std::size_t{64} * 1024 * 1024;

}  // namespace opencti
