// What the rights, markings and confidence of the connector's user mean for the connector, in lines
// for people.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "commands/dependencies.hpp"
#include "opencti/client/rights.hpp"
#include "settings/settings.hpp"
#include "source/product.hpp"

namespace commands {

/// Who it is, then one line for each right: a necessary one that is missing is a failure, a useful
/// one a warning, each with what is lost and what to give. Then the markings, the confidence, and
/// how this platform treats works.
/// @param version as the platform tells it
[[nodiscard]] std::vector<CheckLine> user_report(const source::Product& product,
                                                 const settings::Settings& settings,
                                                 const opencti::TokenUser& user,
                                                 std::string_view version);

}  // namespace commands
