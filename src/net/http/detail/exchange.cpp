#include "net/http/detail/exchange.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <initializer_list>

#include "text/ascii.hpp"

namespace net {
namespace {

constexpr std::size_t max_header_bytes = std::size_t{256} * 1024;
/// A shorter wait before a response is read on does not end the connection.
constexpr std::chrono::seconds tolerated_wait{1};
/// libcurl needs about 100 bytes for each line, however short it is.
constexpr int max_header_lines = 1'000;
constexpr std::size_t few_header_bytes = std::size_t{16} * 1024;
constexpr int few_header_lines = 100;

using Names = std::initializer_list<std::string_view>;

bool is_one_of(Names names, std::string_view name) {
  return std::any_of(names.begin(), names.end(),
                     [&](std::string_view each) { return text::equal_ignoring_case(name, each); });
}

/// Adds the encodings of a header's list to `count`. @returns false for one that is neither in
/// `decoded` nor in `unchanged`, and for a second one to decode
bool names_one_of(std::string_view list, int& count, Names decoded, Names unchanged) {
  while (!list.empty()) {
    const auto comma = std::min(list.find(','), list.size());
    const auto name = text::trimmed(list.substr(0, comma));
    list.remove_prefix(std::min(comma + 1, list.size()));
    if (name.empty() || is_one_of(unchanged, name)) continue;
    if (!is_one_of(decoded, name) || ++count > 1) return false;
  }
  return true;
}

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

bool HttpExchange::had_few_headers() const {
  return header_bytes_ <= few_header_bytes && header_lines_ <= few_header_lines;
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
    if (!admit()) {
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

bool HttpExchange::admit() {
  if (!request_.admit) return true;
  const auto began = Deadline::Clock::now();
  const bool admitted = request_.admit();
  kept_waiting_ = Deadline::Clock::now() - began >= tolerated_wait;
  return admitted;
}

/// curl limits the headers of a response, but not the trailers after its chunks.
std::size_t HttpExchange::on_header(char* data, std::size_t size, std::size_t count,
                                    void* user) noexcept {
  auto& self = *static_cast<HttpExchange*>(user);
  return self.kept_from_curl(std::size_t{0}, [&] {
    return self.take_header({data, size * count}) ? size * count : std::size_t{0};
  });
}

bool HttpExchange::take_header(std::string_view line) {
  header_bytes_ += line.size();
  too_large_ = header_bytes_ > max_header_bytes || ++header_lines_ > max_header_lines;
  unrequested_encoding_ = !is_requested_encoding(line);
  return !too_large_ && !unrequested_encoding_;
}

/// libcurl decodes each encoding that it knows, also if it was not requested, and several on top of
/// each other, also those of interim responses. Each decoder of zstd takes up to 128 MiB.
bool HttpExchange::is_requested_encoding(std::string_view line) {
  const auto colon = line.find(':');
  if (colon == std::string_view::npos) return true;
  const auto name = text::trimmed(line.substr(0, colon));
  const auto value = line.substr(colon + 1);
  if (text::equal_ignoring_case(name, "Content-Encoding")) {
    return names_one_of(value, content_encodings_, {"gzip", "x-gzip"}, {"identity", "none"});
  }
  if (text::equal_ignoring_case(name, "Transfer-Encoding")) {
    return names_one_of(value, transfer_encodings_, {"chunked"}, {"identity"});
  }
  return true;
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
  if (header_bytes_ > max_header_bytes) {
    return {ErrorKind::too_large,
            fmt::format("{} answered with more than {} bytes of headers", host, max_header_bytes)};
  }
  if (header_lines_ > max_header_lines) {
    return {ErrorKind::too_large,
            fmt::format("{} answered with more than {} lines of headers", host, max_header_lines)};
  }
  if (too_large_ || code == CURLE_FILESIZE_EXCEEDED) {
    return {ErrorKind::too_large,
            fmt::format("{} answered with more than {} bytes", host, request_.max_response)};
  }
  if (unrequested_encoding_) {
    return {ErrorKind::protocol,
            fmt::format("{} answered in an encoding that was not requested: only one gzip is read",
                        host)};
  }
  if (deadline_.stopped()) return {ErrorKind::stopped, "shutting down"};
  if (sent_ > 1) {
    return {ErrorKind::disconnected, fmt::format("{}: the connection ended without a reply", host)};
  }
  if (turned_away_) {
    return {ErrorKind::no_memory,
            fmt::format("no memory was free in time for a large answer of {}", host)};
  }
  if (unanswered_) {
    return {ErrorKind::unanswered, fmt::format("{} did not begin to answer within {} ms", host,
                                               request_.first_byte_limit->count())};
  }
  const char* reason = *reason_ != '\0' ? reason_ : curl_easy_strerror(code);
  if (kept_waiting_) {
    return {
        ErrorKind::no_memory,
        fmt::format("a large answer of {} waited for memory, and then failed ({})", host, reason)};
  }
  return {kind_of(code), fmt::format("{}: {}", host, reason)};
}

}  // namespace net
