#include "net/http/client.hpp"

#include <curl/curl.h>
#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <cstdlib>
#include <ctime>
#include <exception>
#include <filesystem>
#include <mutex>
#include <new>
#include <stdexcept>
#include <string_view>

#include "net/detail/tls_identity.hpp"
#include "net/http/clock_watch.hpp"
#include "net/http/detail/exchange.hpp"
#include "os/regular_file.hpp"

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

struct Target {
  /// Lower case.
  std::string scheme;
  std::string host;
};

/// Nothing for other than http:// and https:// URLs.
std::optional<Target> target_of(const std::string& url) {
  Target target;
  const std::unique_ptr<CURLU, UrlDeleter> parsed(curl_url());
  const auto read = [&](CURLUPart part, std::string& into) {
    char* text = nullptr;
    if (curl_url_get(parsed.get(), part, &text, 0) == CURLUE_OK) into = text;
    curl_free(text);
  };
  if (curl_url_set(parsed.get(), CURLUPART_URL, url.c_str(), 0) != CURLUE_OK) return std::nullopt;
  read(CURLUPART_SCHEME, target.scheme);
  read(CURLUPART_HOST, target.host);
  if (target.scheme != "http" && target.scheme != "https") return std::nullopt;
  return target;
}

/// nullptr with `ok` false if a header contains a line break or memory ran out.
HeaderList header_list(const HttpRequest& request, bool& ok) {
  HeaderList list;
  ok = true;
  auto add = [&](const std::string& line) {
    curl_slist* longer = curl_slist_append(list.get(), line.c_str());
    if (longer == nullptr) throw std::bad_alloc();
    static_cast<void>(list.release());
    list.reset(longer);
  };
  constexpr std::string_view line_breaks("\r\n\0", 3);
  for (const auto& [name, value] : request.headers) {
    if (name.find_first_of(line_breaks) != std::string::npos ||
        value.find_first_of(line_breaks) != std::string::npos) {
      ok = false;
    }
    // libcurl sends "Name;" as a header without a value.
    if (ok) add(value.empty() ? name + ";" : fmt::format("{}: {}", name, value));
  }
  // Without this curl waits a second for "100 Continue" before it sends larger bodies.
  if (ok) add("Expect:");
  return list;
}

/// The trusted certificates, combined once: curl takes a file or PEM text, not both.
struct Trust {
  bool verify = true;
  /// Whether `file` and `folder` replace the system's certificates.
  bool own = false;
  std::string file;
  std::string folder;
  std::string pem;
};

std::string system_ca_file() {
  const Easy handle(curl_easy_init());
  char* path = nullptr;
  curl_easy_getinfo(handle.get(), CURLINFO_CAINFO, &path);
  return path != nullptr ? path : "";
}

Trust trust_of(const HttpClientOptions& options) {
  Trust trust;
  trust.verify = options.verify_tls;
  trust.own = !options.ca_path.empty();
  std::error_code ignored;
  if (trust.own && std::filesystem::is_directory(options.ca_path, ignored)) {
    trust.folder = options.ca_path;
  } else {
    trust.file = trust.own ? options.ca_path : system_ca_file();
  }
  const bool own_file = trust.own && trust.folder.empty();
  if (!own_file && options.extra_ca_pem.empty()) return trust;
  const auto certificates = os::read_regular_file(trust.file, longest_certificate_file);
  if (own_file && !certificates) {
    throw std::runtime_error(fmt::format("cannot read the trusted certificates: {} {}",
                                         options.ca_path, certificates.error()));
  }
  // The content, not the path: libcurl would open the file again for each connection, when it may
  // have changed.
  trust.pem = certificates.value_or("") + "\n" + options.extra_ca_pem;
  if (own_file) trust.file.clear();
  return trust;
}

const char* or_null(const std::string& text) { return text.empty() ? nullptr : text.c_str(); }

void set_trust(CURL* handle, const Trust& trust) {
  curl_easy_setopt(handle, CURLOPT_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2));
  curl_easy_setopt(handle, CURLOPT_SSL_VERIFYPEER, trust.verify ? 1L : 0L);
  curl_easy_setopt(handle, CURLOPT_SSL_VERIFYHOST, trust.verify ? 2L : 0L);
  if (trust.own) {
    // Both are set, so that the default of the other one is not trusted in addition.
    curl_easy_setopt(handle, CURLOPT_CAINFO, or_null(trust.file));
    curl_easy_setopt(handle, CURLOPT_CAPATH, or_null(trust.folder));
  }
  if (!trust.pem.empty()) {
    // Replaces CAINFO, and therefore contains its certificates too.
    curl_blob pem{const_cast<char*>(trust.pem.data()), trust.pem.size(), CURL_BLOB_NOCOPY};
    curl_easy_setopt(handle, CURLOPT_CAINFO_BLOB, &pem);
  }
}

/// The proxy for http:// URLs from the upper-case variable: curl reads only the lower-case one,
/// because in a CGI program a client could set the other.
std::string upper_case_http_proxy() {
  const char* proxy = std::getenv("HTTP_PROXY");
  return proxy != nullptr && std::getenv("http_proxy") == nullptr ? proxy : "";
}

void set_request(CURL* handle, const HttpRequest& request, const curl_slist* headers) {
  curl_easy_setopt(handle, CURLOPT_URL, request.url.c_str());
  // Newer versions of libcurl (8.14, not 7.88) sign no request with this option.
  curl_easy_setopt(handle, CURLOPT_PATH_AS_IS, request.s3 ? 0L : 1L);
  curl_easy_setopt(handle, CURLOPT_FRESH_CONNECT, request.fresh_connection ? 1L : 0L);
  // HttpExchange rejects all others: some need much memory to decode a few bytes.
  curl_easy_setopt(handle, CURLOPT_ACCEPT_ENCODING, "gzip");
  curl_easy_setopt(handle, CURLOPT_HTTPHEADER, headers);
  // Rejects an announced length before the transfer; on_body counts received bytes.
  curl_easy_setopt(handle, CURLOPT_MAXFILESIZE_LARGE,
                   static_cast<curl_off_t>(request.max_response));
  if (request.body) {
    curl_easy_setopt(handle, CURLOPT_POSTFIELDSIZE_LARGE,
                     static_cast<curl_off_t>(request.body->size()));
    curl_easy_setopt(handle, CURLOPT_POSTFIELDS, request.body->c_str());
  }
  if (!request.method.empty()) {
    curl_easy_setopt(handle, CURLOPT_CUSTOMREQUEST, request.method.c_str());
  }
}

void sign(CURL* handle, const S3Credentials& credentials) {
  curl_easy_setopt(handle, CURLOPT_AWS_SIGV4,
                   fmt::format("aws:amz:{}:s3", credentials.region).c_str());
  curl_easy_setopt(handle, CURLOPT_USERNAME, credentials.access_key.c_str());
  curl_easy_setopt(handle, CURLOPT_PASSWORD, credentials.secret_key.c_str());
}

std::string header_of(CURL* handle, const char* name) {
  curl_header* header = nullptr;
  const auto found = curl_easy_header(handle, name, 0, CURLH_HEADER, -1, &header);
  return found == CURLHE_OK ? header->value : std::string();
}

/// The time of the server when it sent this response; nothing if it is unknown, or a cache may have
/// kept the response.
std::optional<std::chrono::sys_seconds> date_of(CURL* handle) {
  curl_header* header = nullptr;
  if (curl_easy_header(handle, "Age", 0, CURLH_HEADER, -1, &header) == CURLHE_OK ||
      curl_easy_header(handle, "Date", 0, CURLH_HEADER, -1, &header) != CURLHE_OK ||
      header->amount != 1) {
    return std::nullopt;
  }
  return read_date(header->value);
}

std::optional<std::chrono::seconds> retry_after_of(CURL* handle) {
  curl_header* header = nullptr;
  if (curl_easy_header(handle, "Retry-After", 0, CURLH_HEADER, -1, &header) != CURLHE_OK) {
    return std::nullopt;
  }
  return read_retry_after(header->value, std::time(nullptr));
}

}  // namespace

struct HttpClient::Pool {
  HttpClientOptions options;
  Trust trust;
  std::string http_proxy;
  std::mutex mutex;
  std::vector<Easy> idle;

  explicit Pool(HttpClientOptions from)
      : options(std::move(from)), trust(trust_of(options)), http_proxy(upper_case_http_proxy()) {}

  Easy take() {
    const std::lock_guard lock(mutex);
    if (idle.empty()) {
      Easy created(curl_easy_init());
      if (created == nullptr) throw std::bad_alloc();
      return created;
    }
    Easy handle = std::move(idle.back());
    idle.pop_back();
    return handle;
  }
  void give_back(Easy handle) {
    curl_easy_reset(handle.get());
    const std::lock_guard lock(mutex);
    idle.push_back(std::move(handle));
  }

  void set_connection(CURL* handle, const Target& target, const Deadline& deadline) const {
    const auto left =
        std::max<long>(shortest_timeout_ms, static_cast<long>(deadline.remaining().count()));
    curl_easy_setopt(handle, CURLOPT_NOSIGNAL, 1L);
    // Otherwise a cancelled request would still wait for the resolver.
    curl_easy_setopt(handle, CURLOPT_QUICK_EXIT, 1L);
    curl_easy_setopt(handle, CURLOPT_CONNECTTIMEOUT_MS,
                     std::min<long>(left, static_cast<long>(options.connect_timeout.count())));
    curl_easy_setopt(handle, CURLOPT_TIMEOUT_MS, left);
    curl_easy_setopt(handle, CURLOPT_TCP_KEEPALIVE, 1L);
    if (options.direct) {
      curl_easy_setopt(handle, CURLOPT_NOPROXY, "*");
    } else if (target.scheme == "http" && !http_proxy.empty()) {
      curl_easy_setopt(handle, CURLOPT_PROXY, http_proxy.c_str());
    }
    set_trust(handle, trust);
  }
};

HttpClient::HttpClient(HttpClientOptions options) {
  static const auto initialised = curl_global_init(CURL_GLOBAL_DEFAULT);
  static_cast<void>(initialised);
  pool_ = std::make_unique<Pool>(std::move(options));
}

HttpClient::~HttpClient() = default;

Result<HttpResponse> HttpClient::send(const HttpRequest& request, const Deadline& deadline) const {
  const auto target = target_of(request.url);
  if (!target) return failure(ErrorKind::invalid, "not an http:// or https:// URL");
  if (deadline.stopped()) return failure(ErrorKind::stopped, "shutting down");
  if (deadline.passed()) {
    return failure(ErrorKind::timed_out,
                   fmt::format("no time left for the request to {}", target->host));
  }

  bool headers_ok = false;
  const HeaderList headers = header_list(request, headers_ok);
  if (!headers_ok) return failure(ErrorKind::invalid, "a request header holds a line break");

  HttpExchange exchange(request, deadline);
  Easy easy = pool_->take();
  CURL* handle = easy.get();
  exchange.attach(handle);
  pool_->set_connection(handle, *target, deadline);
  set_request(handle, request, headers.get());
  if (request.s3) sign(handle, *request.s3);
  curl_easy_setopt(handle, CURLOPT_USERAGENT, pool_->options.user_agent.c_str());

  const auto sent = std::chrono::system_clock::now();
  const CURLcode code = curl_easy_perform(handle);
  long status = 0;
  curl_easy_getinfo(handle, CURLINFO_RESPONSE_CODE, &status);
  HttpResponse response{.status = static_cast<int>(status),
                        .retry_after = retry_after_of(handle),
                        .server = header_of(handle, "Server"),
                        .via = header_of(handle, "Via")};
  if (const auto& clock = pool_->options.clock; clock && code == CURLE_OK) {
    if (const auto date = date_of(handle)) {
      clock->note(*date, sent, std::chrono::system_clock::now());
    }
  }
  // Otherwise the handle is destroyed with its connection: libcurl could keep a dead HTTP/2
  // connection.
  if (code == CURLE_OK && exchange.had_few_headers()) pool_->give_back(std::move(easy));
  exchange.rethrow();
  if (code != CURLE_OK) return tl::unexpected(exchange.error(code, target->host));
  response.body = exchange.take_body();
  return response;
}

std::optional<std::chrono::seconds> read_retry_after(const std::string& value, std::int64_t now) {
  constexpr std::int64_t longest = std::chrono::seconds(std::chrono::hours(24)).count();
  if (!value.empty() && value.find_first_not_of("0123456789") == std::string::npos) {
    std::int64_t seconds = longest;  // not changed if there are too many digits
    std::from_chars(value.data(), value.data() + value.size(), seconds);
    return std::chrono::seconds(std::min(seconds, longest));
  }
  const auto moment = curl_getdate(value.c_str(), nullptr);
  if (moment == -1) return std::nullopt;
  return std::chrono::seconds(std::clamp<std::int64_t>(moment - now, 0, longest));
}

std::optional<std::chrono::sys_seconds> read_date(const std::string& value) {
  constexpr std::string_view pattern = "aaa, 00 aaa 0000 00:00:00 GMT";
  // In the year 2100: a later time could overflow calculations.
  constexpr std::int64_t latest = 4'102'444'800;
  const auto fits = [](char c, char wanted) {
    if (wanted == '0') return c >= '0' && c <= '9';
    if (wanted == 'a') return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
    return c == wanted;
  };
  if (!std::equal(value.begin(), value.end(), pattern.begin(), pattern.end(), fits)) {
    return std::nullopt;
  }
  const auto moment = curl_getdate(value.c_str(), nullptr);
  if (moment < 0 || moment > latest) return std::nullopt;
  return std::chrono::sys_seconds(std::chrono::seconds(moment));
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

std::string http_library() {
  const auto* info = curl_version_info(CURLVERSION_NOW);
  return fmt::format("libcurl {} ({})", info->version,
                     info->ssl_version == nullptr ? "no TLS" : info->ssl_version);
}

}  // namespace net
