// The tables of the store's file, version by version. THE place to add a table or to change one.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "export.hpp"

namespace storage OPENCTI_CONNECTOR_PUBLIC {

/// Brings a file from one version to the next.
struct Migration {
  /// What changes: `sent bundles`. For the log.
  std::string change;
  /// Run in this order, all or none.
  std::vector<std::string> statements;
};

/// What marks a file as ours, in its header (`PRAGMA application_id`): `KENR`.
inline constexpr std::int64_t application_id = 0x4B454E52;

/// Of the connector's store. The version of a file (`PRAGMA user_version`) is the number of
/// migrations that it has been through. To change a table add a migration at the end; one that has
/// been released is never changed again, and none is ever removed.
[[nodiscard]] std::vector<Migration> migrations();

/// The tables that a file may have which bears neither mark nor version: 0.1.0 wrote such files.
/// One with another table is another program's.
[[nodiscard]] std::vector<std::string> unmarked_tables();

}  // namespace storage OPENCTI_CONNECTOR_PUBLIC
