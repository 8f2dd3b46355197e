// The file of a database, before SQLite opens it: whose it is, and whether it is what it seems.
#pragma once

#include <string>
#include <string_view>

#include <tl/expected.hpp>

namespace storage {

enum class FileUse {
  /// The file is ours: it is created if it is missing, with mode 0600, and gets that mode if it has
  /// another.
  own,
  /// Somebody else's may be used as well; nothing is created or changed.
  guest,
};

/// Whether SQLite would take it for a URI, whose parameters turn locks and durability off, or for
/// no file.
[[nodiscard]] bool is_for_sqlite(std::string_view path);

/// Checks and prepares the file at `path`. It has to be an ordinary file, reached by no symbolic
/// link but one to its folder which belongs to root or to the user of this process (systemd makes
/// one for StateDirectory=), and, unless used as a guest, to belong to that user.
/// @returns its absolute path without symbolic links, for SQLITE_OPEN_NOFOLLOW; or a sentence that
/// names the path and says what to do
[[nodiscard]] tl::expected<std::string, std::string> prepare_file(const std::string& path,
                                                                  FileUse use);

}  // namespace storage
