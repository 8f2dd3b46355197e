// Results as files outside of the platform: what they are called and what they hold, as pycti
// writes them (opencti_connector_helper.py: send_to_directory, send_to_s3).
#pragma once

#include <chrono>
#include <string>
#include <string_view>

#include <nlohmann/json.hpp>

#include "net/deadline.hpp"
#include "net/error.hpp"
#include "opencti/out/output.hpp"

namespace opencti {

/// Somewhere outside of the platform. Thread-safe.
class BundleStore {
 public:
  virtual ~BundleStore() = default;
  /// On success the copy is there to stay, and never seen in part. Once more replaces it.
  [[nodiscard]] virtual net::Result<void> put(const BundleCopy& copy,
                                              const net::Deadline& deadline) = 0;
};

/// What the names of a connector's files begin with: its name in lower case, with `_` for
/// everything but ASCII letters, digits, `.`, `_` and `-`.
[[nodiscard]] std::string file_prefix(std::string_view connector_name);

/// `kaspersky_enrichment-20240501-102030-1714558830.123456.json`: local time, and the same in
/// seconds since 1970.
[[nodiscard]] std::string file_name(std::string_view prefix,
                                    std::chrono::system_clock::time_point time);

/// Whether a connector with this prefix gave a file this name.
[[nodiscard]] bool is_own_file(std::string_view prefix, std::string_view name);

/// The whole text of a file.
/// @param bundle_type `DIRECTORY_BUNDLE`, `S3_BUNDLE`
[[nodiscard]] std::string file_text(const BundleCopy& copy, std::string_view bundle_type);

}  // namespace opencti
