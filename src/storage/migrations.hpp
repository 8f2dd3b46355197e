// The tables of the store's file, version by version. Add and change tables only here.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "export.hpp"

namespace storage OPENCTI_CONNECTOR_PUBLIC {

/// Brings a file from one version to the next.
struct Migration {
  /// What changes, for the log: `sent bundles`.
  std::string change;
  /// Run in this order, in one transaction.
  std::vector<std::string> statements;
};

/// Marks a file of this program in its header (`PRAGMA application_id`): `KENR`.
inline constexpr std::int64_t application_id = 0x4B454E52;

/// Migrations of the connector's store. The version of a file (`PRAGMA user_version`) is the number
/// of migrations applied to it. To change a table, add a migration at the end. Never change a
/// released migration, and never remove one.
[[nodiscard]] std::vector<Migration> migrations();

/// The tables that a file without application id and version may have: 0.1.0 wrote such files. A
/// file with another table belongs to another program.
[[nodiscard]] std::vector<std::string> unmarked_tables();

}  // namespace storage OPENCTI_CONNECTOR_PUBLIC
