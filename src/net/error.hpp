// How calls to the outside fail, for every protocol of this room.
#pragma once

#include <string>

#include <tl/expected.hpp>

#include "export.hpp"

namespace net OPENCTI_CONNECTOR_PUBLIC {

enum class ErrorKind {
  /// A stop was requested while waiting.
  stopped,
  /// The deadline passed.
  timed_out,
  /// No connection: name not resolved, refused, or no route.
  unreachable,
  /// The connection broke while in use.
  disconnected,
  /// The TLS handshake failed: certificate, name, version, or unreadable key material.
  tls,
  /// The peer refused our credentials.
  refused,
  /// More bytes than allowed.
  too_large,
  /// The peer sent what the protocol does not allow, or closed with an error.
  protocol,
  /// Something else than the peer answered.
  foreign,
  /// The broker holds publishers back because it is short of memory or disk.
  blocked,
  /// The broker has no queue for the message.
  unroutable,
  /// Our own request is wrong: a malformed URL or an unreadable file.
  invalid,
  /// The request was sent, and no answer began within its limit.
  unanswered,
};

struct Error {
  ErrorKind kind;
  /// One line for the log: what failed, with whom, and why. Holds no secret.
  std::string message;
};

template <class T>
using Result = tl::expected<T, Error>;

[[nodiscard]] inline tl::unexpected<Error> failure(ErrorKind kind, std::string message) {
  return tl::unexpected<Error>(Error{kind, std::move(message)});
}

}  // namespace net OPENCTI_CONNECTOR_PUBLIC
