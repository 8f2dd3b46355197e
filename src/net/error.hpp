// Errors of network calls, for all protocols of this room.
#pragma once

#include <string>

#include <tl/expected.hpp>

#include "export.hpp"

namespace net OPENCTI_CONNECTOR_PUBLIC {

enum class ErrorKind {
  /// A stop was requested during the wait.
  stopped,
  /// The deadline passed.
  timed_out,
  /// No connection: name not resolved, connection refused, or no route.
  unreachable,
  /// The connection broke while in use.
  disconnected,
  /// The TLS handshake failed: certificate, name, version, or unreadable key material.
  tls,
  /// The peer rejected our credentials.
  access_refused,
  /// More bytes than allowed.
  too_large,
  /// The peer violated the protocol, or closed with an error.
  protocol,
  /// An intermediary answered instead of the peer.
  intermediary,
  /// The broker blocks publishers because it is short of memory or disk space.
  blocked,
  /// The broker has no queue for the message.
  unroutable,
  /// Our request is wrong: a malformed URL or an unreadable file.
  invalid,
  /// The request was sent, but no response began within the limit.
  unanswered,
  /// The caller had no memory for the response in time: says nothing about the peer.
  no_memory,
};

struct Error {
  ErrorKind kind;
  /// One line for the log: the failed operation, the peer, and the reason. Without secrets.
  std::string message;
};

template <class T>
using Result = tl::expected<T, Error>;

[[nodiscard]] inline tl::unexpected<Error> failure(ErrorKind kind, std::string message) {
  return tl::unexpected<Error>(Error{kind, std::move(message)});
}

}  // namespace net OPENCTI_CONNECTOR_PUBLIC
