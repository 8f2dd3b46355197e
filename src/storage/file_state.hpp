// The state of a database's file, found without opening it as a database.
#pragma once

#include <string>

namespace storage {

enum class FileState {
  missing,
  /// It cannot be opened for reading and writing, or is not a regular file.
  inaccessible,
  /// The path is a symbolic link, which the connector does not follow.
  symbolic_link,
  /// The file belongs to another user than the one that runs the connector.
  of_another_user,
  /// SQLite would interpret the path as a URI or as an in-memory database.
  not_a_path,
  /// Another process uses it.
  in_use,
  /// Its first bytes are not those of a database.
  damaged,
  /// A database of another program.
  foreign,
  /// Written by a newer version of this program.
  newer,
  usable,
};

/// Creates, changes and locks nothing. Must not be called while this process has the file open: its
/// own locks would be lost.
[[nodiscard]] FileState inspect_file(const std::string& path);

}  // namespace storage
