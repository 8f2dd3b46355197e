// What people can do if the broker is unavailable.
#pragma once

#include <string_view>

#include "net/error.hpp"

namespace net {

[[nodiscard]] inline std::string_view amqp_advice(ErrorKind kind) {
  switch (kind) {
    case ErrorKind::access_refused:
      return "check the user, the password and the virtual host";
    case ErrorKind::tls:
    case ErrorKind::invalid:
      return "check the TLS settings and the broker's certificate";
    case ErrorKind::unroutable:
      return "the platform declares the queue when the connector registers";
    case ErrorKind::blocked:
      return "give the broker memory or disk space, or remove what fills it";
    default:
      return "check that the broker runs and can be reached from this host (MQ_HOST and MQ_PORT "
             "override its address)";
  }
}

}  // namespace net
