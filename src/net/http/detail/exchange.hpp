// One running request of libcurl: input and results of its callbacks.
#pragma once

#include <curl/curl.h>

#include <cstddef>
#include <exception>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "net/http/client.hpp"

namespace net {

/// For one thread.
class HttpExchange final {
 public:
  /// Both must outlive this object.
  HttpExchange(const HttpRequest& request, const Deadline& deadline)
      : request_(request), deadline_(deadline) {}
  ~HttpExchange() = default;
  HttpExchange(const HttpExchange&) = delete;
  HttpExchange& operator=(const HttpExchange&) = delete;

  /// Sets the callbacks of the handle, which must not outlive this object with them: libcurl may
  /// call some of them from curl_easy_cleanup().
  void attach(CURL* handle);

  /// Rethrows an exception from a callback, which must not pass through libcurl's frames.
  void rethrow() const;
  /// Whether the response had few headers: libcurl keeps them in the handle until its next request.
  [[nodiscard]] bool had_few_headers() const;
  [[nodiscard]] std::string take_body() { return std::move(body_); }
  /// Why no complete response came.
  [[nodiscard]] Error error(CURLcode code, const std::string& host) const;

 private:
  template <class Value, class Call>
  Value kept_from_curl(Value failed, Call call) noexcept;
  static std::size_t on_body(char* data, std::size_t size, std::size_t count, void* user) noexcept;
  static std::size_t on_header(char* data, std::size_t size, std::size_t count,
                               void* user) noexcept;
  static int on_request(void* user, char* address, char* local_address, int port,
                        int local_port) noexcept;
  static int on_progress(void* user, curl_off_t to_receive, curl_off_t received, curl_off_t to_send,
                         curl_off_t sent) noexcept;

  [[nodiscard]] std::size_t take(const char* data, std::size_t bytes);
  [[nodiscard]] bool admit();
  [[nodiscard]] bool take_header(std::string_view line);
  /// Whether the body is encoded as requested: not at all or once with gzip, and not in transfer.
  [[nodiscard]] bool is_requested_encoding(std::string_view line);
  /// Whether the first byte of the response is overdue.
  [[nodiscard]] bool overdue();

  const HttpRequest& request_;
  const Deadline& deadline_;
  CURL* handle_ = nullptr;
  std::string body_;
  bool too_large_ = false;
  bool admitted_ = false;
  bool turned_away_ = false;
  /// HttpRequest::admit waited so long that the peer may have given up.
  bool kept_waiting_ = false;
  /// Size of all headers and trailers, also of interim responses. In bytes.
  std::size_t header_bytes_ = 0;
  int header_lines_ = 0;
  /// Encodings that libcurl would decode, counted over the headers of all responses: twice the same
  /// one is two.
  int content_encodings_ = 0;
  int transfer_encodings_ = 0;
  bool unrequested_encoding_ = false;
  /// Nothing before the request is sent.
  std::optional<Deadline> first_byte_due_;
  bool unanswered_ = false;
  /// How often libcurl began to send the request.
  int sent_ = 0;
  std::exception_ptr thrown_;
  char reason_[CURL_ERROR_SIZE] = "";
};

}  // namespace net
