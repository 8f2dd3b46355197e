// What can be said of a database's file by looking at it alone.
#pragma once

#include <string>

namespace storage {

enum class FileState {
  missing,
  /// It cannot be opened for reading and writing, or is not a regular file.
  inaccessible,
  /// The connector follows none.
  symbolic_link,
  /// The connector takes only files of the user who runs it.
  of_another_user,
  /// SQLite would take it for a URI, or for no file at all.
  not_a_path,
  /// Another process has it.
  in_use,
  /// Its first bytes are not those of a database.
  damaged,
  /// A database of another program.
  foreign,
  /// Written by a newer version of this program.
  newer,
  usable,
};

/// Nothing is created, changed or locked. Not to be called while this process has the file open:
/// its own locks would be lost.
[[nodiscard]] FileState look_at_file(const std::string& path);

}  // namespace storage
