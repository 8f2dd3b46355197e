// The program's version, from CMakeLists.txt.
#pragma once

#include <string_view>

namespace app {

extern const std::string_view version;

/// What servers see: `kaspersky-enrichment/0.1.0`.
extern const std::string_view user_agent;

/// Of the build: `Release`.
extern const std::string_view build_type;

}  // namespace app
