// Reads files whose names come from outside: settings, secrets, certificates.
#pragma once

#include <cstddef>
#include <string>

#include <tl/expected.hpp>

namespace os {

/// The whole file, maximum `limit` bytes. Never waits: a pipe, a device or a folder is an error,
/// and is not read. Follows symbolic links, because Kubernetes mounts secrets as such.
/// @returns on failure a predicate whose subject is the file: `is longer than 65536 bytes`; never
/// the path
[[nodiscard]] tl::expected<std::string, std::string> read_regular_file(const std::string& path,
                                                                       std::size_t limit);

}  // namespace os
