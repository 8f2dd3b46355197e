// Settings that connectors in Python have and this one knowingly has not (docs/differences.md).
#pragma once

#include <optional>
#include <string_view>

namespace settings {

/// Why the variable has no effect here, worded to follow "it"; nothing for any other variable.
[[nodiscard]] std::optional<std::string_view> why_without_effect(std::string_view name);

}  // namespace settings
