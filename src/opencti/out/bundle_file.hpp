// Results as files outside of the platform: their names and contents, as in pycti
// (opencti_connector_helper.py: send_to_directory, send_to_s3).
#pragma once

#include <chrono>
#include <mutex>
#include <string>
#include <string_view>

#include <nlohmann/json.hpp>

#include "configuration/kind.hpp"
#include "opencti/client/registration.hpp"
#include "opencti/out/output.hpp"

namespace opencti {

/// The prefix of names of a connector's files: the connector's name in lower case, with `_` for all
/// characters except ASCII letters, digits, `.`, `_` and `-`.
[[nodiscard]] std::string file_prefix(std::string_view connector_name);

/// `kaspersky_enrichment-20240501-102030-1714558830.123456.json`: local time, and the time in
/// seconds since 1970.
[[nodiscard]] std::string file_name(std::string_view prefix,
                                    std::chrono::system_clock::time_point time);

/// Whether a file of a connector with this prefix can have this name.
[[nodiscard]] bool is_own_file(std::string_view prefix, std::string_view name);

/// Interval of searches for old files.
inline constexpr std::chrono::hours cleanup_interval{1};

/// A setting of days after which the connector deletes its own files; 0: never.
[[nodiscard]] configuration::Kind retention_days(std::chrono::hours& retention);

/// A result as a file.
struct BundleFile {
  std::string name;
  std::string text;
};

/// Makes the files of one connector. The class is thread-safe.
class BundleFiles final {
 public:
  /// @param bundle_type `DIRECTORY_BUNDLE`, `S3_BUNDLE`
  BundleFiles(const Identity& identity, std::string bundle_type);

  /// Must be called before the first file, and after each registration.
  void use(const Registration& registration);

  [[nodiscard]] BundleFile file_of(const Parcel& parcel) const;
  [[nodiscard]] const std::string& prefix() const { return prefix_; }

 private:
  std::string prefix_;
  std::string bundle_type_;
  nlohmann::json connector_;
  mutable std::mutex mutex_;
  std::string user_id_;
};

}  // namespace opencti
