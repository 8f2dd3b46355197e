// Kaspersky's data about an object, for people at a terminal.
#pragma once

#include "source/source.hpp"

namespace tip {

/// @param verdict with outcome `found`: its answer is parsed again
[[nodiscard]] source::Summary summarize(const source::Verdict& verdict);

}  // namespace tip
