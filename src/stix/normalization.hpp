// Normalizes names before ids are hashed from them: without outer blanks, in lower case.
#pragma once

#include <string>
#include <string_view>

namespace stix {

/// Without leading and trailing white space and line ends, exactly as JavaScript's trim(), which
/// OpenCTI uses: Unicode's blanks, its line and paragraph separators, and U+FEFF.
[[nodiscard]] std::string_view trimmed(std::string_view text);

/// Trimmed, and each letter in lower case by Unicode's simple mapping. OpenCTI does the same with
/// names of shared entities and labels, except for two letters whose lower case is not one fixed
/// letter: here `İ` becomes `i`, and a final `Σ` becomes `σ`. Bytes that are not UTF-8 stay
/// unchanged. Needs the C.UTF-8 locale, which every Debian has; without it only ASCII letters
/// change. Thread-safe.
[[nodiscard]] std::string normalized(std::string_view text);

}  // namespace stix
