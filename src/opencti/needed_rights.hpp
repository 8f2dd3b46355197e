// Which right of the token's user each call to the platform needs, and what becomes of the
// connector's work without it: the one table.
#pragma once

#include <array>
#include <string_view>

#include "opencti/error.hpp"

namespace opencti {

enum class Need {
  /// Nothing can be done without it: messages wait until it is given.
  necessary,
  /// The connector does without it, and no message ever waits for it.
  useful,
};

/// One right, with the calls that need it (opencti-graphql: opencti.graphql, `@auth`).
struct NeededRight {
  /// As the platform spells it: `CONNECTORAPI`. A narrower capability below it includes it.
  std::string_view capability;
  /// As people see it in a role: `Access connectors`.
  std::string_view label;
  Need need = Need::necessary;
  /// The platform's names of the calls.
  std::string_view calls;
  /// What is lost without it; empty for what is necessary.
  std::string_view without = {};
};

namespace needed {

inline constexpr NeededRight connectors{
    .capability = "CONNECTORAPI",
    .label = "Connectors API usage",
    .calls =
        "registerConnector, pingConnector, workAdd, workEdit, stixBundlePush, "
        "playbookStepExecution"};
inline constexpr NeededRight knowledge{
    .capability = "KNOWLEDGE", .label = "Access knowledge", .calls = "stixCoreObject"};
inline constexpr NeededRight import{
    .capability = "KNOWLEDGE_KNASKIMPORT", .label = "Import knowledge", .calls = "uploadPending"};
inline constexpr NeededRight works{
    .capability = "MODULES",
    .label = "Access connectors",
    .need = Need::useful,
    .calls = "work, works, isWorkAlive",
    .without =
        "results are sent without their work's id, so that none can be lost: works count no "
        "objects and show no errors of the import"};

inline constexpr std::array all{connectors, knowledge, import, works};

}  // namespace needed

/// What a call's failure means, given the right that it needs. Everywhere else `forbidden` is a
/// necessary right that is missing, which is waited for, and `not_permitted` a useful one, which
/// is not.
/// @returns `error` itself, unless it is `forbidden`: then with the right, and the role to give
[[nodiscard]] Error named(Error error, const NeededRight& right);

}  // namespace opencti
