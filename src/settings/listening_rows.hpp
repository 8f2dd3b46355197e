// The rows of the table that are about listening by HTTP, and what they mean together.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "settings/table.hpp"

namespace settings {

[[nodiscard]] std::span<const Row> listening_rows();

/// What is wrong with them together; nothing when messages come from the queue.
[[nodiscard]] std::vector<std::string> listening_problems(const Listening& listening);
/// What is allowed but risky.
[[nodiscard]] std::vector<std::string> listening_advice(const Settings& settings);

/// What to bind to. While workers are told of the loopback alone, nobody else is let in.
[[nodiscard]] std::string listening_address(const Listening& listening);

/// What the platform is told, path included.
[[nodiscard]] std::string callback_url(const Listening& listening);

}  // namespace settings
