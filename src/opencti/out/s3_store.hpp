// Copies of results in a bucket of Amazon S3, or of what speaks like it.
#pragma once

#include <chrono>
#include <mutex>
#include <optional>
#include <string>

#include "net/http_client.hpp"
#include "opencti/out/bundle_file.hpp"
#include "opencti/registration.hpp"
#include "telemetry/log.hpp"

namespace opencti {

/// Where the bucket is. What is not set is the platform's own (Registration::storage).
struct StorageChoice {
  std::optional<std::string> endpoint = {};
  std::optional<std::uint16_t> port = {};
  std::optional<bool> use_tls = {};
  /// Empty: not set.
  std::string bucket = {};
  std::optional<std::string> region = {};
  std::optional<std::string> access_key = {};
  std::optional<std::string> secret_key = {};

  /// Whether nothing is left to ask the platform for.
  [[nodiscard]] bool whole() const;
  /// Both, put together.
  [[nodiscard]] Storage over(const Storage& platform) const;
};

struct S3Options {
  StorageChoice where;
  /// Stands before each key; may be empty, `/` or `.` for nothing. Only letters, digits and `._-/`.
  std::string folder;
  /// file_prefix() of the connector.
  std::string prefix;
  /// The connector's own objects are deleted when they are older; zero: never. Looked at once an
  /// hour.
  std::chrono::hours retention{0};
  net::HttpClientOptions http;
};

/// Objects are addressed by path (`endpoint/bucket/key`), requests signed with version 4.
class S3Store final : public BundleStore {
 public:
  /// @throws std::runtime_error when a file of trusted certificates cannot be read
  S3Store(S3Options options, telemetry::Log log);

  /// To be called before the first copy, and after each registration.
  void use(const std::optional<Storage>& platform);

  /// @returns `refused` when the keys are not taken, `blocked` when the service cannot do it now,
  /// `invalid` when it refuses for another reason, such as a bucket that is not there.
  [[nodiscard]] net::Result<void> put(const BundleCopy& copy,
                                      const net::Deadline& deadline) override;

 private:
  [[nodiscard]] net::Result<net::HttpResponse> send(const Storage& storage, std::string method,
                                                    const std::string& path_and_query,
                                                    std::optional<std::string> body,
                                                    const net::Deadline& deadline) const;
  void delete_old(const Storage& storage, const net::Deadline& deadline);
  [[nodiscard]] net::Result<void> delete_older(const Storage& storage, const std::string& before,
                                               const net::Deadline& deadline) const;

  S3Options options_;
  /// With its slash at the end, unless it is empty.
  std::string folder_;
  telemetry::Log log_;
  net::HttpClient http_;
  std::mutex mutex_;
  std::optional<Storage> storage_;
  std::chrono::steady_clock::time_point next_look_;
};

}  // namespace opencti
