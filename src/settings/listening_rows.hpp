// Settings for messages over HTTP, and what their combinations mean.
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

/// Problems of their combinations; none if messages come from the queue.
[[nodiscard]] std::vector<std::string> listening_problems(const Listening& listening);
/// One line per setting that is allowed but risky.
[[nodiscard]] std::vector<std::string> listening_advice(const source::Product& product,
                                                        const Settings& settings);

/// The address to bind. If the callback URL is on loopback, it is loopback too, so that other hosts
/// cannot connect.
[[nodiscard]] std::string listening_address(const Listening& listening);

/// The callback URL for the platform, with its path.
[[nodiscard]] std::string callback_url(const Listening& listening);

}  // namespace settings
