#include "net/http/detail/exchange.hpp"

#include <fmt/format.h>

namespace net {
namespace {

constexpr std::size_t most_header_bytes = std::size_t{256} * 1024;

ErrorKind kind_of(CURLcode code) {
  switch (code) {
    case CURLE_OPERATION_TIMEDOUT:
      return ErrorKind::timed_out;
    case CURLE_COULDNT_RESOLVE_HOST:
    case CURLE_COULDNT_RESOLVE_PROXY:
    case CURLE_COULDNT_CONNECT:
    case CURLE_PROXY:
      return ErrorKind::unreachable;
    case CURLE_SSL_CONNECT_ERROR:
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_SSL_CACERT_BADFILE:
    case CURLE_SSL_CERTPROBLEM:
    case CURLE_SSL_CIPHER:
    case CURLE_SSL_ISSUER_ERROR:
      return ErrorKind::tls;
    case CURLE_URL_MALFORMAT:
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

}  // namespace

void HttpExchange::attach(CURL* handle) {
  handle_ = handle;
  curl_easy_setopt(handle, CURLOPT_ERRORBUFFER, reason_);
  curl_easy_setopt(handle, CURLOPT_WRITEFUNCTION, on_body);
  curl_easy_setopt(handle, CURLOPT_WRITEDATA, this);
  curl_easy_setopt(handle, CURLOPT_HEADERFUNCTION, on_header);
  curl_easy_setopt(handle, CURLOPT_HEADERDATA, this);
  // A proxy's answer to CONNECT is not an answer to the request.
  curl_easy_setopt(handle, CURLOPT_SUPPRESS_CONNECT_HEADERS, 1L);
  curl_easy_setopt(handle, CURLOPT_PREREQFUNCTION, on_request);
  curl_easy_setopt(handle, CURLOPT_PREREQDATA, this);
  curl_easy_setopt(handle, CURLOPT_NOPROGRESS, 0L);
  curl_easy_setopt(handle, CURLOPT_XFERINFOFUNCTION, on_progress);
  curl_easy_setopt(handle, CURLOPT_XFERINFODATA, this);
}

void HttpExchange::rethrow() const {
  if (thrown_) std::rethrow_exception(thrown_);
}

/// For callbacks of libcurl, which is C. @returns the result of `call`, or `failed` if it threw
template <class Value, class Call>
Value HttpExchange::kept_from_curl(Value failed, Call call) noexcept {
  try {
    return call();
  } catch (...) {
    thrown_ = std::current_exception();
    return failed;
  }
}

std::size_t HttpExchange::on_body(char* data, std::size_t size, std::size_t count,
                                  void* user) noexcept {
  auto& self = *static_cast<HttpExchange*>(user);
  return self.kept_from_curl(std::size_t{0}, [&] { return self.take(data, size * count); });
}

std::size_t HttpExchange::take(const char* data, std::size_t bytes) {
  if (body_.size() + bytes > request_.max_response) {
    too_large_ = true;
    return 0;
  }
  if (!admitted_ && body_.size() + bytes > free_response) {
    if (request_.admit && !request_.admit()) {
      turned_away_ = true;
      return 0;
    }
    admitted_ = true;
    // Growing by doubling could need up to three times the memory. Reserved but unused pages cost
    // no memory.
    body_.reserve(request_.max_response);
  }
  body_.append(data, bytes);
  return bytes;
}

/// curl limits the headers of a response, but not the trailers after its chunks.
std::size_t HttpExchange::on_header(char* /*data*/, std::size_t size, std::size_t count,
                                    void* user) noexcept {
  auto& self = *static_cast<HttpExchange*>(user);
  self.header_bytes_ += size * count;
  if (self.header_bytes_ <= most_header_bytes) return size * count;
  self.too_large_ = true;
  return 0;
}

/// If a reused connection ends without a response, libcurl would repeat the request on another one.
/// But the first request may have had an effect, and the caller counts requests.
int HttpExchange::on_request(void* user, char* /*address*/, char* /*local_address*/, int /*port*/,
                             int /*local_port*/) noexcept {
  return ++static_cast<HttpExchange*>(user)->sent_ == 1 ? CURL_PREREQFUNC_OK
                                                        : CURL_PREREQFUNC_ABORT;
}

/// libcurl calls it at least once a second.
int HttpExchange::on_progress(void* user, curl_off_t /*to_receive*/, curl_off_t /*received*/,
                              curl_off_t to_send, curl_off_t sent) noexcept {
  auto& self = *static_cast<HttpExchange*>(user);
  return self.kept_from_curl(1, [&] {
    if (self.deadline_.stopped()) return 1;
    self.unanswered_ = sent >= to_send && self.overdue();
    return self.unanswered_ ? 1 : 0;
  });
}

bool HttpExchange::overdue() {
  if (!request_.first_byte_limit || header_bytes_ > 0) return false;
  if (!first_byte_due_) {
    curl_off_t connected = 0;
    curl_easy_getinfo(handle_, CURLINFO_PRETRANSFER_TIME_T, &connected);
    if (connected == 0) return false;
    first_byte_due_ = Deadline::after(*request_.first_byte_limit);
  }
  return first_byte_due_->passed();
}

Error HttpExchange::error(CURLcode code, const std::string& host) const {
  if (header_bytes_ > most_header_bytes) {
    return {ErrorKind::too_large,
            fmt::format("{} answered with more than {} bytes of headers", host, most_header_bytes)};
  }
  if (too_large_ || code == CURLE_FILESIZE_EXCEEDED) {
    return {ErrorKind::too_large,
            fmt::format("{} answered with more than {} bytes", host, request_.max_response)};
  }
  if (deadline_.stopped()) return {ErrorKind::stopped, "shutting down"};
  if (sent_ > 1) {
    return {ErrorKind::disconnected, fmt::format("{}: the connection ended without a reply", host)};
  }
  if (turned_away_) {
    return {ErrorKind::timed_out,
            fmt::format("no memory was free in time for a large answer of {}", host)};
  }
  if (unanswered_) {
    return {ErrorKind::unanswered, fmt::format("{} did not begin to answer within {} ms", host,
                                               request_.first_byte_limit->count())};
  }
  const char* reason = *reason_ != '\0' ? reason_ : curl_easy_strerror(code);
  return {kind_of(code), fmt::format("{}: {}", host, reason)};
}

}  // namespace net
