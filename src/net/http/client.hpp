// HTTP/1.1 and HTTP/2 requests over libcurl, bounded in time and size. libcurl appears in
// client.cpp and detail/exchange.cpp only.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "export.hpp"
#include "net/deadline.hpp"
#include "net/error.hpp"

namespace net {
class ClockWatch;
}

namespace net OPENCTI_CONNECTOR_PUBLIC {

struct HttpClientOptions {
  /// false: certificates are not verified at all.
  bool verify_tls = true;
  /// A file with trusted certificates (PEM) or a folder of them, used instead of the system's.
  /// Empty: the system's.
  std::string ca_path = {};
  /// PEM text of additional trusted certificates.
  std::string extra_ca_pem = {};
  std::string user_agent = {};
  /// Without proxies.
  bool direct = false;
  std::chrono::milliseconds connect_timeout{10'000};
  /// Compares this host's clock with the header Date of each response. nullptr: not compared.
  std::shared_ptr<ClockWatch> clock = {};
};

/// For AWS signature version 4. The keys never appear in an error.
struct S3Credentials {
  std::string access_key;
  std::string secret_key;
  std::string region;
};

struct HttpRequest {
  /// Only http:// and https:// URLs, already encoded; path segments are sent unchanged.
  std::string url;
  /// Names and values; a line break in either is rejected as `invalid`.
  std::vector<std::pair<std::string, std::string>> headers = {};
  /// With a body the request is a POST, without one a GET.
  std::optional<std::string> body = {};
  /// Another method; empty: POST or GET, see `body`.
  std::string method = {};
  /// Signs the request for Amazon S3 and compatible servers.
  std::optional<S3Credentials> s3 = {};
  /// In bytes, after decompression. A longer response ends the request with `too_large`; so do more
  /// than 256 KiB or 1,000 lines of headers and trailers. Only gzip is decompressed: any other
  /// encoding, or a second one, ends the request with `protocol`.
  std::size_t max_response = std::size_t{16} * 1024 * 1024;
  /// The maximum time from the sent request to the first byte of the response; then the request
  /// ends with `unanswered`, up to a second later. Nothing: only the deadline applies.
  std::optional<std::chrono::milliseconds> first_byte_limit = {};
  /// Opens a new connection, even if an idle one exists.
  bool fresh_connection = false;
  /// Called once, when the response exceeds `free_response`, before more of it is read. May wait;
  /// false ends the request with `no_memory`. So does a failure of the connection after a wait of a
  /// second or more, because the peer may have given up meanwhile. May be empty.
  std::function<bool()> admit = {};
};

/// In bytes: a response up to this size is read without HttpRequest::admit.
inline constexpr std::size_t free_response = std::size_t{256} * 1024;

struct HttpResponse {
  int status = 0;
  std::string body;
  /// The value of Retry-After if it is a number of seconds or an HTTP date; from zero to a day.
  std::optional<std::chrono::seconds> retry_after = {};
  /// The headers Server and Via, unchanged; may be empty.
  std::string server = {};
  std::string via = {};
};

/// Connections are kept and reused, except those on which a request failed, or a response had more
/// than 100 lines or 16 KiB of headers. Redirects are not
/// followed: they would send the token to another server. Proxies come from HTTP_PROXY,
/// HTTPS_PROXY, ALL_PROXY and NO_PROXY, as curl reads them.
///
/// The only retry is of a request whose reused connection was closed before any response: the
/// caller decides about other failures.
///
/// The class is thread-safe: each concurrent request has its own connection.
///
/// ```cpp
/// net::Result<nlohmann::json> reputation(const net::HttpClient& http, const std::string& address,
///                                        const net::Deadline& deadline) {
///   const auto query = "check?ip=" + net::percent_encode(address);
///   const auto response = http.send({.url = net::join_url("https://service.example/v1", query),
///                                    .headers = {{"Accept", "application/json"}}},
///                                   deadline);
///   if (!response) return tl::unexpected(response.error());
///   auto answer = nlohmann::json::parse(response->body, nullptr, false);
///   if (response->status != 200 || answer.is_discarded()) {
///     return net::failure(net::ErrorKind::protocol, "service.example sent no answer");
///   }
///   return answer;
/// }
/// ```
class HttpClient final {
 public:
  /// @throws std::runtime_error if `ca_path` is a file that cannot be read
  explicit HttpClient(HttpClientOptions options);
  ~HttpClient();
  HttpClient(const HttpClient&) = delete;
  HttpClient& operator=(const HttpClient&) = delete;

  /// Any status is a response; an Error means that no complete response came. Its message names the
  /// host, never the path or a header. A stop ends the wait within a second, also during name
  /// resolution (libcurl's resolver thread then ends later).
  [[nodiscard]] Result<HttpResponse> send(const HttpRequest& request,
                                          const Deadline& deadline) const;

 private:
  struct Pool;
  std::unique_ptr<Pool> pool_;
};

/// Percent-encodes every byte outside `A-Za-z0-9-._~`, so that any text becomes one path segment or
/// one query value.
[[nodiscard]] std::string percent_encode(std::string_view text);

/// Joins with exactly one slash: `https://proxy/tip/` and `/api/x` give `https://proxy/tip/api/x`.
[[nodiscard]] std::string join_url(std::string_view base, std::string_view path);

/// The value of Retry-After: a number of seconds, or the time until an HTTP date; from zero to a
/// day. Nothing for other text.
/// @param now in seconds since 1970
[[nodiscard]] std::optional<std::chrono::seconds> read_retry_after(const std::string& value,
                                                                   std::int64_t now);

/// The value of Date, only in the form that RFC 9110 (5.6.7) demands of servers:
/// `Sun, 06 Nov 1994 08:49:37 GMT`; from 1970 to 2100. Nothing for other text.
[[nodiscard]] std::optional<std::chrono::sys_seconds> read_date(const std::string& value);

/// The library behind this, for people: `libcurl 7.88.1 (OpenSSL/3.0.15)`.
[[nodiscard]] std::string http_library();

}  // namespace net OPENCTI_CONNECTOR_PUBLIC
