#include "settings/shared_rows.hpp"

#include <fmt/format.h>

#include "settings/engine.hpp"
#include "storage/redis.hpp"

namespace settings {
namespace {

Kind redis_url(Put<std::string> put) {
  return {.allowed = "an address such as redis://user:password@host:6379/1",
          .read = [put = std::move(put)](std::string_view text, const Files&) -> Reading {
            const auto address = storage::read_redis_address(text);
            if (!address) return tl::unexpected(address.error());
            if (address->tls && !storage::redis_has_tls()) {
              return tl::unexpected(std::string(
                  "cannot be rediss:// here: TLS needs hiredis 1.0 or later, which Debian 13 and "
                  "the container image have"));
            }
            put(std::string(text));
            return Remarks{};
          },
          .schema = [] { return configuration::text_like("^\\S+$"); },
          .address = true,
          .secrets =
              [](std::string_view text) {
                const auto address = storage::read_redis_address(text);
                if (!address || address->password.empty()) return std::vector<std::string>();
                return std::vector<std::string>{address->password};
              }};
}

}  // namespace

std::vector<Row> shared_rows(const source::Product& product, SharedStore& options) {
  return {
      {
          .name = "CONNECTOR_STORE",
          .title = "Shared store",
          .kind = redis_url(into(options.url)),
          .secret = true,
          .sample = "redis://redis:6379/1",
          .description = fmt::format(
              "Redis or Valkey server that all replicas of this connector share: `redis://`, "
              "`rediss://` with TLS, or `redis+sentinel://host,host/name`. Without it, there is "
              "one instance, which uses {}.",
              setting(product, "CACHE_PATH")),
      },
      {
          .name = "CONNECTOR_STORE_CA",
          .title = "Shared store CA",
          .kind = pem(into(options.ca)),
          .sample = "/etc/ssl/redis/ca.pem",
          .description = "CA certificates to trust for the server in CONNECTOR_STORE instead of "
                         "the system's.",
      },
      {
          .name = "CONNECTOR_STORE_CERT",
          .title = "Shared store client certificate",
          .kind = pem(into(options.certificate)),
          .sample = "/etc/ssl/redis/client.pem",
          .description = "Client certificate of the connector for the server in CONNECTOR_STORE. "
                         "It needs CONNECTOR_STORE_KEY.",
      },
      {
          .name = "CONNECTOR_STORE_KEY",
          .title = "Shared store client key",
          .kind = pem(into(options.key)),
          .secret = true,
          .sample = "/etc/ssl/redis/client.key",
          .description = "Private key of the client certificate.",
      },
  };
}

std::vector<std::string> shared_advice(const source::Product& product, const SharedStore& options,
                                       const std::string& cache_path) {
  std::vector<std::string> lines;
  if (options.url.empty()) {
    if (!options.ca.empty() || !options.certificate.empty() || !options.key.empty()) {
      lines.emplace_back(
          "CONNECTOR_STORE_CA, CONNECTOR_STORE_CERT and CONNECTOR_STORE_KEY have no effect without "
          "CONNECTOR_STORE");
    }
    return lines;
  }
  const auto address = storage::read_redis_address(options.url);
  if (address && !address->tls &&
      (!options.ca.empty() || !options.certificate.empty() || !options.key.empty())) {
    lines.emplace_back(
        "CONNECTOR_STORE_CA, CONNECTOR_STORE_CERT and CONNECTOR_STORE_KEY have no effect without "
        "TLS: CONNECTOR_STORE must begin with rediss://");
  }
  if (!cache_path.empty()) {
    lines.push_back(fmt::format("{} is set beside CONNECTOR_STORE: each replica needs its own file",
                                setting(product, "CACHE_PATH")));
  }
  return lines;
}

}  // namespace settings
