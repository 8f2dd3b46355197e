// Copies of results in a folder.
#pragma once

#include <chrono>
#include <filesystem>
#include <mutex>
#include <optional>
#include <string>

#include "opencti/out/bundle_file.hpp"
#include "opencti/out/output.hpp"
#include "telemetry/log.hpp"

namespace opencti {

struct DirectoryOptions {
  std::filesystem::path folder;
  /// The connector's own files are deleted when they are older; zero: never. Looked at once an
  /// hour.
  std::chrono::hours retention{0};
};

/// A file appears under its name when it is whole and on the disk, readable for owner and group. A
/// folder that is full, gone or not to be written to is waited for.
class DirectoryOutput final : public Output {
 public:
  /// @throws std::runtime_error when no file can be made there
  DirectoryOutput(DirectoryOptions options, const Identity& identity, telemetry::Log log);

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
