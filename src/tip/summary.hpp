// What Kaspersky says of an object, for people at a terminal.
#pragma once

#include "source/source.hpp"

namespace tip {

/// @param verdict one that was found: its answer is read again
[[nodiscard]] source::Summary summarize(const source::Verdict& verdict);

}  // namespace tip
