// Checks the file of a database before SQLite opens it: its owner and its kind.
#pragma once

#include <string>
#include <string_view>

#include <tl/expected.hpp>

namespace storage {

enum class FileUse {
  /// The file belongs to this process's user: it is created with mode 0600 if it is missing, and
  /// gets that mode if it has another.
  own,
  /// Another user's file may be used too; nothing is created or changed.
  guest,
};

/// Whether SQLite would interpret the path specially: as a URI, whose parameters can turn locks and
/// durability off, or as an in-memory database.
[[nodiscard]] bool is_for_sqlite(std::string_view path);

/// Checks and prepares the file at `path`. It must be a regular file and, unless used as a guest,
/// belong to the user of this process. A symbolic link is allowed only to its folder, and only if
/// the link belongs to root or to that user (systemd makes one for StateDirectory=).
/// @returns its absolute path without symbolic links, for SQLITE_OPEN_NOFOLLOW; or a sentence that
/// names the path and says what to do
[[nodiscard]] tl::expected<std::string, std::string> prepare_file(const std::string& path,
                                                                  FileUse use);

}  // namespace storage
