#include "net/http_client.hpp"

#include <curl/curl.h>
#include <fmt/format.h>

#include <algorithm>
#include <mutex>
#include <string_view>

namespace net {
namespace {

struct EasyDeleter {
  void operator()(CURL* handle) const { curl_easy_cleanup(handle); }
};
struct ListDeleter {
  void operator()(curl_slist* list) const { curl_slist_free_all(list); }
};
struct UrlDeleter {
  void operator()(CURLU* url) const { curl_url_cleanup(url); }
};
using Easy = std::unique_ptr<CURL, EasyDeleter>;
using HeaderList = std::unique_ptr<curl_slist, ListDeleter>;

constexpr long shortest_timeout_ms = 1;

/// What the callbacks of one request write to and look at.
struct Exchange {
  std::string body;
  std::size_t max_body = 0;
  bool too_large = false;
  const Deadline* deadline = nullptr;
};

std::size_t on_body(char* data, std::size_t size, std::size_t count, void* user) {
  auto& exchange = *static_cast<Exchange*>(user);
  const auto bytes = size * count;
  if (exchange.body.size() + bytes > exchange.max_body) {
    exchange.too_large = true;
    return 0;
  }
  exchange.body.append(data, bytes);
  return bytes;
}

int on_progress(void* user, curl_off_t, curl_off_t, curl_off_t, curl_off_t) {
  return static_cast<Exchange*>(user)->deadline->stopped() ? 1 : 0;
}

std::string host_of(const std::string& url) {
  const std::unique_ptr<CURLU, UrlDeleter> parsed(curl_url());
  char* host = nullptr;
  if (curl_url_set(parsed.get(), CURLUPART_URL, url.c_str(), 0) != CURLUE_OK ||
      curl_url_get(parsed.get(), CURLUPART_HOST, &host, 0) != CURLUE_OK) {
    return "the server";
  }
  std::string name(host);
  curl_free(host);
  return name;
}

ErrorKind kind_of(CURLcode code) {
  switch (code) {
    case CURLE_OPERATION_TIMEDOUT:
      return ErrorKind::timed_out;
    case CURLE_COULDNT_RESOLVE_HOST:
    case CURLE_COULDNT_RESOLVE_PROXY:
    case CURLE_COULDNT_CONNECT:
      return ErrorKind::unreachable;
    case CURLE_SSL_CONNECT_ERROR:
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_SSL_CACERT_BADFILE:
    case CURLE_SSL_CERTPROBLEM:
    case CURLE_SSL_CIPHER:
    case CURLE_SSL_ISSUER_ERROR:
      return ErrorKind::tls;
    case CURLE_URL_MALFORMAT:
    case CURLE_UNSUPPORTED_PROTOCOL:
      return ErrorKind::invalid;
    case CURLE_SEND_ERROR:
    case CURLE_RECV_ERROR:
    case CURLE_GOT_NOTHING:
    case CURLE_PARTIAL_FILE:
    case CURLE_HTTP2_STREAM:
    case CURLE_HTTP2:
      return ErrorKind::disconnected;
    default:
      return ErrorKind::protocol;
  }
}

/// nullptr with `ok` false when a header holds a line break or memory ran out.
HeaderList header_list(const HttpRequest& request, bool& ok) {
  HeaderList list;
  ok = true;
  auto add = [&](const std::string& line) {
    curl_slist* longer = curl_slist_append(list.get(), line.c_str());
    if (longer == nullptr) {
      ok = false;
      return;
    }
    static_cast<void>(list.release());
    list.reset(longer);
  };
  for (const auto& [name, value] : request.headers) {
    if ((name + value).find_first_of(std::string_view("\r\n\0", 3)) != std::string::npos)
      ok = false;
    // "Name;" is how libcurl is told to send a header without a value.
    if (ok) add(value.empty() ? name + ";" : name + ": " + value);
  }
  // Without this curl waits a second for "100 Continue" before it sends larger bodies.
  if (ok) add("Expect:");
  return list;
}

void set_trust(CURL* handle, const HttpClientOptions& options) {
  curl_easy_setopt(handle, CURLOPT_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2));
  curl_easy_setopt(handle, CURLOPT_SSL_VERIFYPEER, options.verify_tls ? 1L : 0L);
  curl_easy_setopt(handle, CURLOPT_SSL_VERIFYHOST, options.verify_tls ? 2L : 0L);
  if (!options.verify_tls) return;
  if (!options.ca_path.empty()) {
    // Both are set, so that the other default does not add its own trust.
    curl_easy_setopt(handle, CURLOPT_CAINFO, nullptr);
    curl_easy_setopt(handle, CURLOPT_CAPATH, nullptr);
    const bool folder = options.ca_path.back() == '/';
    curl_easy_setopt(handle, folder ? CURLOPT_CAPATH : CURLOPT_CAINFO, options.ca_path.c_str());
  }
  if (!options.extra_ca_pem.empty()) {
    curl_blob pem{const_cast<char*>(options.extra_ca_pem.data()), options.extra_ca_pem.size(),
                  CURL_BLOB_NOCOPY};
    curl_easy_setopt(handle, CURLOPT_CAINFO_BLOB, &pem);
  }
}

}  // namespace

struct HttpClient::Pool {
  HttpClientOptions options;
  std::mutex mutex;
  std::vector<Easy> idle;

  Easy take() {
    const std::lock_guard lock(mutex);
    if (idle.empty()) return Easy(curl_easy_init());
    Easy handle = std::move(idle.back());
    idle.pop_back();
    return handle;
  }
  void give_back(Easy handle) {
    curl_easy_reset(handle.get());
    const std::lock_guard lock(mutex);
    idle.push_back(std::move(handle));
  }
};

HttpClient::HttpClient(HttpClientOptions options) : pool_(std::make_unique<Pool>()) {
  static const auto initialised = curl_global_init(CURL_GLOBAL_DEFAULT);
  static_cast<void>(initialised);
  pool_->options = std::move(options);
}

HttpClient::~HttpClient() = default;

Result<HttpResponse> HttpClient::send(const HttpRequest& request, const Deadline& deadline) const {
  const auto& options = pool_->options;
  const auto host = host_of(request.url);
  if (deadline.stopped()) return failure(ErrorKind::stopped, "shutting down");
  if (deadline.passed()) {
    return failure(ErrorKind::timed_out, fmt::format("no time left to ask {}", host));
  }

  bool headers_ok = false;
  const HeaderList headers = header_list(request, headers_ok);
  if (!headers_ok) return failure(ErrorKind::invalid, "a request header holds a line break");

  Easy easy = pool_->take();
  CURL* handle = easy.get();
  if (handle == nullptr) return failure(ErrorKind::invalid, "libcurl could not be initialised");

  Exchange exchange{{}, request.max_response, false, &deadline};
  const auto left =
      std::max<long>(shortest_timeout_ms, static_cast<long>(deadline.remaining().count()));
  char reason[CURL_ERROR_SIZE] = "";

  curl_easy_setopt(handle, CURLOPT_URL, request.url.c_str());
  curl_easy_setopt(handle, CURLOPT_PROTOCOLS_STR, "http,https");
  curl_easy_setopt(handle, CURLOPT_PATH_AS_IS, 1L);
  curl_easy_setopt(handle, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(handle, CURLOPT_USERAGENT, options.user_agent.c_str());
  curl_easy_setopt(handle, CURLOPT_ACCEPT_ENCODING, "");
  curl_easy_setopt(handle, CURLOPT_HTTPHEADER, headers.get());
  curl_easy_setopt(handle, CURLOPT_CONNECTTIMEOUT_MS,
                   std::min<long>(left, static_cast<long>(options.connect_timeout.count())));
  curl_easy_setopt(handle, CURLOPT_TIMEOUT_MS, left);
  curl_easy_setopt(handle, CURLOPT_ERRORBUFFER, reason);
  curl_easy_setopt(handle, CURLOPT_WRITEFUNCTION, on_body);
  curl_easy_setopt(handle, CURLOPT_WRITEDATA, &exchange);
  curl_easy_setopt(handle, CURLOPT_NOPROGRESS, 0L);
  curl_easy_setopt(handle, CURLOPT_XFERINFOFUNCTION, on_progress);
  curl_easy_setopt(handle, CURLOPT_XFERINFODATA, &exchange);
  curl_easy_setopt(handle, CURLOPT_TCP_KEEPALIVE, 1L);
  set_trust(handle, options);
  if (request.body) {
    curl_easy_setopt(handle, CURLOPT_POSTFIELDSIZE_LARGE,
                     static_cast<curl_off_t>(request.body->size()));
    curl_easy_setopt(handle, CURLOPT_POSTFIELDS, request.body->c_str());
  }

  const CURLcode code = curl_easy_perform(handle);
  HttpResponse response;
  long status = 0;
  curl_off_t retry_after = 0;
  curl_easy_getinfo(handle, CURLINFO_RESPONSE_CODE, &status);
  if (curl_easy_getinfo(handle, CURLINFO_RETRY_AFTER, &retry_after) == CURLE_OK &&
      retry_after > 0) {
    response.retry_after = std::chrono::seconds(retry_after);
  }
  pool_->give_back(std::move(easy));

  if (code == CURLE_OK) {
    response.status = static_cast<int>(status);
    response.body = std::move(exchange.body);
    return response;
  }
  if (exchange.too_large) {
    return failure(ErrorKind::too_large,
                   fmt::format("{} answered with more than {} bytes", host, request.max_response));
  }
  if (deadline.stopped()) return failure(ErrorKind::stopped, "shutting down");
  return failure(kind_of(code),
                 fmt::format("{}: {}", host, *reason != '\0' ? reason : curl_easy_strerror(code)));
}

std::string percent_encode(std::string_view text) {
  constexpr std::string_view digits = "0123456789ABCDEF";
  std::string out;
  out.reserve(text.size());
  for (const char c : text) {
    const bool plain = (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ||
                       c == '-' || c == '.' || c == '_' || c == '~';
    if (plain) {
      out += c;
    } else {
      const auto byte = static_cast<unsigned char>(c);
      out += '%';
      out += digits[byte >> 4U];
      out += digits[byte & 0x0FU];
    }
  }
  return out;
}

std::string join_url(std::string_view base, std::string_view path) {
  while (base.ends_with('/')) base.remove_suffix(1);
  while (path.starts_with('/')) path.remove_prefix(1);
  return fmt::format("{}/{}", base, path);
}

}  // namespace net
