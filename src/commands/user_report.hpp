// Explains in lines for people what the rights, markings and confidence of the connector's user,
// and the features of the platform, mean for the connector.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "commands/dependencies.hpp"
#include "opencti/client/error.hpp"
#include "opencti/client/rights.hpp"
#include "settings/settings.hpp"
#include "source/product.hpp"

namespace commands {

/// One line with the user, then one line per right: a missing necessary right is a failure, a
/// missing useful right a warning, each with the consequence and what to grant. Then the markings
/// and the confidence.
[[nodiscard]] std::vector<CheckLine> user_report(const source::Product& product,
                                                 const settings::Settings& settings,
                                                 const opencti::TokenUser& user);

/// How this platform handles works.
/// @param version of the platform, as the platform reports it
[[nodiscard]] CheckLine works_line(std::string_view version);

/// Whether results can wait for validation in a draft.
/// @param drafts the platform's answer, from opencti::has_drafts()
[[nodiscard]] CheckLine drafts_line(const opencti::Result<bool>& drafts);

}  // namespace commands
