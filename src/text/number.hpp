// Numbers as text for people.
#pragma once

#include <cstdint>
#include <string>

namespace text {

/// `483,328`
[[nodiscard]] std::string grouped(std::int64_t number);

}  // namespace text
