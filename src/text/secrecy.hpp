// Which secrets are hidden where texts are shown.
#pragma once

#include <cstddef>

namespace text {

/// Shorter secrets are not hidden. They can be ordinary words: hiding these would make every text
/// with them unreadable, and would disclose the secret to a reader who knows the text.
inline constexpr std::size_t shortest_hidden = 8;

}  // namespace text
