// What there is to know of a connector's variables besides those that are settings.
#pragma once

#include <optional>
#include <string_view>

#include "configuration/table.hpp"
#include "source/product.hpp"

namespace settings {

[[nodiscard]] configuration::Naming naming(const source::Product& product);

/// Why the variable has no effect here, worded to follow "it"; nothing for any other variable. They
/// are settings that connectors in Python have and this one knowingly has not
/// (docs/differences.md).
[[nodiscard]] std::optional<std::string_view> why_without_effect(std::string_view name);

}  // namespace settings
