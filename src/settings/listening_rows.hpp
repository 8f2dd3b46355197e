// The settings about listening by HTTP, and what they mean together.
#pragma once

#include <string>
#include <vector>

#include "configuration/table.hpp"
#include "settings/settings.hpp"
#include "source/product.hpp"

namespace settings {

/// Bound to the options, which must outlive the rows.
[[nodiscard]] std::vector<configuration::Row> listening_rows(const source::Product& product,
                                                             Listening& options);

/// What is wrong with them together; nothing when messages come from the queue.
[[nodiscard]] std::vector<std::string> listening_problems(const Listening& listening);
/// What is allowed but risky.
[[nodiscard]] std::vector<std::string> listening_advice(const source::Product& product,
                                                        const Settings& settings);

/// What to bind to. While workers are told of the loopback alone, nobody else is let in.
[[nodiscard]] std::string listening_address(const Listening& listening);

/// What the platform is told, path included.
[[nodiscard]] std::string callback_url(const Listening& listening);

}  // namespace settings
