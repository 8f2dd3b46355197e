// The platform's version, as `about { version }` tells it, and what depends on it.
#pragma once

#include <string_view>

namespace opencti {

/// Whether workers of this version import a whole bundle from one message (`no_split`), counting
/// each object. Seen working in 7.260318; a version that cannot be read counts as older.
[[nodiscard]] bool imports_whole_bundles(std::string_view version);

}  // namespace opencti
