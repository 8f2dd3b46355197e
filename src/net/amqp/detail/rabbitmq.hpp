// librabbitmq's headers, which have other names since 0.12 (the old names cause warnings then), and
// what connecting.cpp and connection.cpp pass to it.
#pragma once

#if __has_include(<rabbitmq-c/amqp.h>)
#include <rabbitmq-c/amqp.h>
#include <rabbitmq-c/framing.h>
#include <rabbitmq-c/ssl_socket.h>
#include <rabbitmq-c/tcp_socket.h>
#else
#include <amqp.h>
#include <amqp_framing.h>
#include <amqp_ssl_socket.h>
#include <amqp_tcp_socket.h>
#endif

#include <sys/time.h>

#include <algorithm>
#include <chrono>
#include <string_view>

namespace net {

/// The only one of a connection.
inline constexpr amqp_channel_t channel = 1;

/// Zero if it is over.
[[nodiscard]] inline std::chrono::milliseconds time_until(
    std::chrono::steady_clock::time_point end) {
  const auto left =
      std::chrono::ceil<std::chrono::milliseconds>(end - std::chrono::steady_clock::now());
  return std::max(left, std::chrono::milliseconds(0));
}

[[nodiscard]] inline timeval to_timeval(std::chrono::milliseconds duration) {
  const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(duration);
  const auto rest = std::chrono::duration_cast<std::chrono::microseconds>(duration - seconds);
  return {seconds.count(), rest.count()};
}

/// The library takes pointers to mutable bytes, but only reads them.
[[nodiscard]] inline amqp_bytes_t to_bytes(std::string_view text) {
  return {text.size(), const_cast<char*>(text.data())};
}

}  // namespace net
