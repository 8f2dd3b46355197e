// Copies of results in a bucket of Amazon S3 or a compatible service.
#pragma once

#include <chrono>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "configuration/table.hpp"
#include "net/http/client.hpp"
#include "opencti/client/registration.hpp"
#include "opencti/out/bundle_file.hpp"
#include "opencti/out/output_services.hpp"

namespace opencti {

/// The bucket's address. Values that are not set come from the platform (Registration::storage).
struct StorageOverrides {
  std::optional<std::string> endpoint = {};
  std::optional<std::uint16_t> port = {};
  std::optional<bool> use_tls = {};
  /// Empty: not set.
  std::string bucket = {};
  std::optional<std::string> region = {};
  std::optional<std::string> access_key = {};
  std::optional<std::string> secret_key = {};

  /// Whether no value from the platform is needed.
  [[nodiscard]] bool is_complete() const;
  /// The platform's values, overridden by these.
  [[nodiscard]] Storage applied_to(const Storage& platform) const;
};

struct S3Options {
  bool wanted = false;
  StorageOverrides where;
  /// Prefix of each key; empty, `/` or `.`: none. Only letters, digits and `._-/`.
  std::string folder;
  /// Older objects of the connector are deleted, once an hour; zero: never.
  std::chrono::hours retention{0};
};

[[nodiscard]] std::vector<configuration::Row> rows(S3Options& options, std::string_view program);
[[nodiscard]] inline std::vector<std::string> problems(const S3Options& /*options*/) { return {}; }
[[nodiscard]] std::unique_ptr<Output> make(const S3Options& options,
                                           const OutputServices& services);

/// Objects are addressed by path (`endpoint/bucket/key`), requests are signed with version 4.
/// Results wait after any error of the service; if it rejects the keys, a registration may provide
/// others.
class S3Output final : public Output {
 public:
  /// @throws std::runtime_error if a file of trusted certificates cannot be read
  S3Output(S3Options options, const OutputServices& services);

  void use(const Registration& registration) override;
  [[nodiscard]] Packed pack(const Parcel& parcel) override;

 private:
  [[nodiscard]] SendAnswer put(const BundleFile& file, const net::Deadline& deadline);
  [[nodiscard]] net::Result<net::HttpResponse> send(const Storage& storage, std::string method,
                                                    const std::string& path_and_query,
                                                    std::optional<std::string> body,
                                                    const net::Deadline& deadline) const;
  void delete_old(const Storage& storage, const net::Deadline& deadline);
  [[nodiscard]] net::Result<void> delete_older(const Storage& storage, const std::string& before,
                                               const net::Deadline& deadline) const;

  S3Options options_;
  BundleFiles files_;
  /// With a slash at the end, unless it is empty.
  std::string folder_;
  telemetry::Log log_;
  net::HttpClient http_;
  std::mutex mutex_;
  std::optional<Storage> storage_;
  std::chrono::steady_clock::time_point next_cleanup_;
};

}  // namespace opencti
