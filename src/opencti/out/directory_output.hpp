// Copies of results in a folder.
#pragma once

#include <chrono>
#include <filesystem>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "configuration/table.hpp"
#include "opencti/out/bundle_file.hpp"
#include "opencti/out/output_services.hpp"

namespace opencti {

struct DirectoryOptions {
  bool wanted = false;
  std::filesystem::path folder;
  /// Older files of the connector are deleted, once an hour; zero: never.
  std::chrono::hours retention{0};
};

[[nodiscard]] std::vector<configuration::Row> rows(DirectoryOptions& options,
                                                   std::string_view program);
[[nodiscard]] std::vector<std::string> problems(const DirectoryOptions& options);
[[nodiscard]] std::unique_ptr<Output> make(const DirectoryOptions& options,
                                           const OutputServices& services);

/// A file gets its name after it is complete and on the disk, readable for owner and group. Results
/// wait while the folder is full, missing or not writable.
class DirectoryOutput final : public Output {
 public:
  /// @throws std::runtime_error if no file can be created there
  DirectoryOutput(DirectoryOptions options, const OutputServices& services);

  void use(const Registration& registration) override { files_.use(registration); }
  [[nodiscard]] Packed pack(const Parcel& parcel) override;

 private:
  /// @returns why the file could not be written; nothing on success
  [[nodiscard]] std::optional<std::string> write(const BundleFile& file);
  void delete_old();

  DirectoryOptions options_;
  BundleFiles files_;
  telemetry::Log log_;
  std::mutex mutex_;
  std::chrono::steady_clock::time_point next_cleanup_;
};

}  // namespace opencti
