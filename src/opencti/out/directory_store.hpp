// Copies of results in a folder.
#pragma once

#include <chrono>
#include <filesystem>
#include <mutex>
#include <string>

#include "opencti/out/bundle_file.hpp"
#include "telemetry/log.hpp"

namespace opencti {

struct DirectoryOptions {
  std::filesystem::path folder;
  /// file_prefix() of the connector.
  std::string prefix;
  /// The connector's own files are deleted when they are older; zero: never. Looked at once an
  /// hour.
  std::chrono::hours retention{0};
};

/// A file appears under its name when it is whole and on the disk, readable for owner and group.
class DirectoryStore final : public BundleStore {
 public:
  /// @throws std::runtime_error when no file can be made there
  DirectoryStore(DirectoryOptions options, telemetry::Log log);

  /// @returns `blocked` when the folder is full, gone or not to be written to.
  [[nodiscard]] net::Result<void> put(const BundleCopy& copy,
                                      const net::Deadline& deadline) override;

 private:
  void delete_old();

  DirectoryOptions options_;
  telemetry::Log log_;
  std::mutex mutex_;
  std::chrono::steady_clock::time_point next_look_;
};

}  // namespace opencti
