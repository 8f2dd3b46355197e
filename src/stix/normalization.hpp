// How names are written before ids are hashed from them: without outer blanks, in lower case.
#pragma once

#include <string>
#include <string_view>

namespace stix {

/// Without leading and trailing white space and line ends, exactly as JavaScript's trim() takes
/// them off, and so OpenCTI: Unicode's blanks, its line and paragraph separators, and U+FEFF.
[[nodiscard]] std::string_view trimmed(std::string_view text);

/// Trimmed, and each letter in lower case by Unicode's simple mapping. This is what OpenCTI does to
/// the names of shared entities and labels, but for the two letters whose lower case is not one
/// fixed letter: `İ` becomes `i`, and a final `Σ` becomes `σ`. Bytes that are not UTF-8 stay as
/// they are. Needs the C.UTF-8 locale, which is part of every Debian; without it only ASCII letters
/// change. Thread-safe.
[[nodiscard]] std::string normalized(std::string_view text);

}  // namespace stix
