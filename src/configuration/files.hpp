// An interface to the files that settings name, so that tests need no files.
#pragma once

#include <cstddef>
#include <string>

#include <tl/expected.hpp>

#include "export.hpp"

namespace configuration OPENCTI_CONNECTOR_PUBLIC {

class Files {
 public:
  Files() = default;
  Files(const Files&) = delete;
  Files& operator=(const Files&) = delete;
  virtual ~Files() = default;

  /// The whole file, maximum `limit` bytes, without waiting: only regular files are read. A failure
  /// is a predicate whose subject is the file: "is longer than 65536 bytes". It never contains the
  /// path.
  [[nodiscard]] virtual tl::expected<std::string, std::string> read(const std::string& path,
                                                                    std::size_t limit) const = 0;

  /// Whether there is a file or a folder.
  [[nodiscard]] virtual bool exists(const std::string& path) const = 0;
  [[nodiscard]] virtual bool is_folder(const std::string& path) const = 0;
};

/// The files on disk.
class DiskFiles final : public Files {
 public:
  [[nodiscard]] tl::expected<std::string, std::string> read(const std::string& path,
                                                            std::size_t limit) const override;
  [[nodiscard]] bool exists(const std::string& path) const override;
  [[nodiscard]] bool is_folder(const std::string& path) const override;
};

}  // namespace configuration OPENCTI_CONNECTOR_PUBLIC
