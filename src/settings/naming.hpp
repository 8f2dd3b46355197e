// Rules about a connector's variables that are not settings.
#pragma once

#include <optional>
#include <string_view>

#include "configuration/table.hpp"
#include "source/product.hpp"

namespace settings {

[[nodiscard]] configuration::Naming naming(const source::Product& product);

/// Why a setting of connectors in Python has no effect here, as a phrase after "it"; nothing for
/// any other variable. This connector omits these settings on purpose (docs/differences.md).
[[nodiscard]] std::optional<std::string_view> why_without_effect(std::string_view name);

}  // namespace settings
