#include "opencti/out/s3_output.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "opencti/out/s3_listing.hpp"
#include "text/digest.hpp"
#include "text/time.hpp"

namespace opencti {
namespace {

/// Limits of a search for old objects.
constexpr std::chrono::seconds longest_search{20};
constexpr int max_pages = 50;
constexpr std::size_t longest_page = std::size_t{4} * 1024 * 1024;

/// `a/b/` for `/a/b`; nothing for `/` and `.`.
std::string as_folder(std::string_view folder) {
  while (folder.starts_with('/')) folder.remove_prefix(1);
  while (folder.ends_with('/')) folder.remove_suffix(1);
  return folder.empty() || folder == "." ? "" : fmt::format("{}/", folder);
}

bool rejects_keys(const net::HttpResponse& response) {
  return response.status == 401 || response.status == 403;
}

std::string trouble_of(const net::HttpResponse& response, std::string_view doing) {
  const auto code = error_code(response.body);
  return fmt::format("S3 does not {}: HTTP status {}{}{}", doing, response.status,
                     code.empty() ? "" : ", ", code);
}

bool is_success(const net::HttpResponse& response) {
  return response.status >= 200 && response.status < 300;
}

/// A name, often an ordinary word, which must not vanish from the log.
configuration::Kind access_key(configuration::Put<std::string> put) {
  auto kind = configuration::plain_text(1, std::move(put));
  kind.secrets = [](std::string_view /*unused*/) { return std::vector<std::string>(); };
  return kind;
}

}  // namespace

bool StorageOverrides::is_complete() const {
  return endpoint && port && use_tls && !bucket.empty() && region && access_key && secret_key;
}

Storage StorageOverrides::applied_to(const Storage& platform) const {
  return {.endpoint = endpoint.value_or(platform.endpoint),
          .port = port.value_or(platform.port),
          .use_tls = use_tls.value_or(platform.use_tls),
          .bucket = bucket.empty() ? platform.bucket : bucket,
          .region = region.value_or(platform.region),
          .access_key = access_key.value_or(platform.access_key),
          .secret_key = secret_key.value_or(platform.secret_key)};
}

std::vector<configuration::Row> rows(S3Options& options, std::string_view /*program*/) {
  using namespace configuration;
  auto& where = options.where;
  return {
      {
          .name = "CONNECTOR_SEND_TO_S3",
          .title = "Send to S3",
          .kind = boolean(into(options.wanted)),
          .default_value = "false",
          .description = "Whether each result is also put into an S3 bucket. Results for a draft "
                         "are not.",
      },
      {
          .name = "CONNECTOR_SEND_TO_S3_BUCKET",
          .title = "S3 bucket",
          .kind = plain_path(into(where.bucket)),
          .sample = "opencti-bucket",
          .description = "Name of the bucket; by default the platform's.",
      },
      {
          .name = "CONNECTOR_SEND_TO_S3_FOLDER",
          .title = "S3 folder",
          .kind = plain_path(into(options.folder)),
          .default_value = "connectors",
          .description = "Prefix of the name of each object; `/` or `.` for none.",
      },
      {
          .name = "CONNECTOR_SEND_TO_S3_RETENTION",
          .title = "Retention in S3",
          .kind = retention_days(options.retention),
          .default_value = "7",
          .description = "Days after which the connector's objects are deleted; 0 keeps them.",
      },
      {
          .name = "S3_ENDPOINT",
          .title = "S3 host",
          .kind = host(into(where.endpoint)),
          .sample = "minio",
          .description = "Name or address of the S3 service.",
      },
      {
          .name = "S3_PORT",
          .title = "S3 port",
          .kind = integer(1, 65535, into(where.port)),
          .sample = "9000",
          .description = "Port of the S3 service.",
      },
      {
          .name = "S3_USE_SSL",
          .title = "S3 over TLS",
          .kind = boolean(into(where.use_tls)),
          .sample = "true",
          .description = "Whether the S3 service is reached over https.",
      },
      {
          .name = "S3_ACCESS_KEY",
          .title = "S3 access key",
          .kind = access_key(into(where.access_key)),
          .secret = true,
          .sample = "ChangeMe",
          .description = "Access key for the bucket.",
      },
      {
          .name = "S3_SECRET_KEY",
          .title = "S3 secret key",
          .kind = password(into(where.secret_key)),
          .secret = true,
          .sample = "ChangeMe",
          .description = "Secret key for the bucket.",
      },
      {
          .name = "S3_BUCKET_REGION",
          .title = "S3 region",
          .kind = plain_path(into(where.region)),
          .sample = "us-east-1",
          .description = "Region of the bucket.",
      },
  };
}

std::unique_ptr<Output> make(const S3Options& options, const OutputServices& services) {
  return std::make_unique<S3Output>(options, services);
}

S3Output::S3Output(S3Options options, const OutputServices& services)
    : options_(std::move(options)),
      files_(services.identity, "S3_BUNDLE"),
      folder_(as_folder(options_.folder)),
      log_(services.log),
      http_(services.http) {}

void S3Output::use(const Registration& registration) {
  files_.use(registration);
  const std::lock_guard lock(mutex_);
  storage_ = options_.where.applied_to(registration.storage.value_or(Storage{}));
}

Packed S3Output::pack(const Parcel& parcel) {
  return {.objects = parcel.objects.size(),
          .delivery = [this, file = files_.file_of(parcel)](const Packed&,
                                                            const net::Deadline& deadline) {
            return put(file, deadline);
          }};
}

SendAnswer S3Output::put(const BundleFile& file, const net::Deadline& deadline) {
  const auto storage = [this] {
    const std::lock_guard lock(mutex_);
    return storage_.value_or(Storage{});
  }();
  if (storage.endpoint.empty() || storage.port == 0 || storage.bucket.empty() ||
      storage.access_key.empty() || storage.secret_key.empty()) {
    return SendAnswer::retry(
        "the platform does not report its S3 storage; set host, port, bucket and keys");
  }
  delete_old(storage, deadline);
  const auto response = send(storage, "PUT", folder_ + file.name, file.text, deadline);
  if (!response) return SendAnswer::retry(response.error().message);
  if (is_success(*response)) return SendAnswer::done();
  auto trouble = trouble_of(*response, "take the result");
  return rejects_keys(*response) ? SendAnswer::register_again(std::move(trouble))
                                 : SendAnswer::retry(std::move(trouble));
}

net::Result<net::HttpResponse> S3Output::send(const Storage& storage, std::string method,
                                              const std::string& path_and_query,
                                              std::optional<std::string> body,
                                              const net::Deadline& deadline) const {
  net::HttpRequest request;
  request.url = fmt::format("{}://{}:{}/{}", storage.use_tls ? "https" : "http", storage.endpoint,
                            storage.port, storage.bucket);
  if (!path_and_query.starts_with('?')) request.url += '/';
  request.url += path_and_query;
  // S3 requires this header, and libcurl signs all headers that are set.
  request.headers = {{"x-amz-content-sha256", text::hex(text::sha256(body.value_or("")))}};
  if (body) request.headers.emplace_back("Content-Type", "application/json");
  request.method = std::move(method);
  request.body = std::move(body);
  request.max_response = longest_page;
  request.s3 = net::S3Credentials{.access_key = storage.access_key,
                                  .secret_key = storage.secret_key,
                                  .region = storage.region.empty() ? "us-east-1" : storage.region};
  return http_.send(request, deadline);
}

void S3Output::delete_old(const Storage& storage, const net::Deadline& deadline) {
  if (options_.retention.count() == 0) return;
  {
    const std::lock_guard lock(mutex_);
    const auto now = std::chrono::steady_clock::now();
    if (now < next_cleanup_) return;
    next_cleanup_ = now + cleanup_interval;
  }
  const auto before = text::timestamp(std::chrono::system_clock::now() - options_.retention);
  if (const auto done = delete_older(storage, before, deadline.within(longest_search)); !done) {
    log_.warning("Cannot delete old results in S3", {{"reason", done.error().message}});
  }
}

net::Result<void> S3Output::delete_older(const Storage& storage, const std::string& before,
                                         const net::Deadline& deadline) const {
  std::string next;
  for (int page = 0; page < max_pages; ++page) {
    // In the order of their names, which the signature requires.
    auto query = next.empty() ? std::string("?")
                              : fmt::format("?continuation-token={}&", net::percent_encode(next));
    query += "list-type=2&prefix=" + net::percent_encode(folder_ + files_.prefix() + "-");
    const auto listed = send(storage, "GET", query, std::nullopt, deadline);
    if (!listed) return tl::unexpected(listed.error());
    if (!is_success(*listed))
      return net::failure(net::ErrorKind::protocol, trouble_of(*listed, "list the bucket"));
    const auto listing = read_listing(listed->body);
    for (const auto& [key, last_modified] : listing.objects) {
      const bool own = key.starts_with(folder_) &&
                       is_own_file(files_.prefix(), std::string_view(key).substr(folder_.size()));
      const bool old = last_modified.size() > before.size() &&
                       std::string_view(last_modified).substr(0, before.size()) < before;
      if (!own || !old) continue;
      const auto deleted = send(storage, "DELETE", key, std::nullopt, deadline);
      if (!deleted) return tl::unexpected(deleted.error());
      if (!is_success(*deleted))
        return net::failure(net::ErrorKind::protocol, trouble_of(*deleted, "delete an object"));
    }
    next = listing.next;
    if (next.empty()) break;
  }
  return {};
}

}  // namespace opencti
