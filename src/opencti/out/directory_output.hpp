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
  /// The connector's own files are deleted when they are older; zero: never. Looked at once an
  /// hour.
  std::chrono::hours retention{0};
};

[[nodiscard]] std::vector<configuration::Row> rows(DirectoryOptions& options,
                                                   std::string_view program);
[[nodiscard]] std::vector<std::string> problems(const DirectoryOptions& options);
[[nodiscard]] std::unique_ptr<Output> make(const DirectoryOptions& options,
                                           const OutputServices& services);

/// A file appears under its name when it is whole and on the disk, readable for owner and group. A
/// folder that is full, gone or not to be written to is waited for.
class DirectoryOutput final : public Output {
 public:
  /// @throws std::runtime_error when no file can be made there
  DirectoryOutput(DirectoryOptions options, const OutputServices& services);

  void use(const Registration& registration) override { files_.use(registration); }
  [[nodiscard]] Packed pack(const Parcel& parcel) override;

 private:
  /// @returns what keeps the file from being there; nothing: it is there
  [[nodiscard]] std::optional<std::string> write(const BundleFile& file);
  void delete_old();

  DirectoryOptions options_;
  BundleFiles files_;
  telemetry::Log log_;
  std::mutex mutex_;
  std::chrono::steady_clock::time_point next_look_;
};

}  // namespace opencti
