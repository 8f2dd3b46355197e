// How calls to the platform fail.
#pragma once

#include <string>

#include <tl/expected.hpp>

namespace opencti {

enum class ErrorKind {
  /// A stop was requested while waiting.
  stopped,
  /// The request did not arrive: no connection, or something else answered in the platform's place:
  /// a gateway with 404, 502 or 503, a redirect, a login page.
  unreachable,
  /// Certificate or handshake: the platform's address answers, but is not trusted.
  untrusted,
  /// The request may have arrived, but no answer came: time ran out, the connection broke, or a
  /// gateway answered 504; also JSON that was cut.
  no_answer,
  /// AUTH_REQUIRED and the like: the token is wrong, expired, or its user may not use the API.
  unauthorized,
  /// FORBIDDEN_ACCESS: the token's user lacks a right that is necessary (needed_rights.hpp).
  forbidden,
  /// The token's user lacks a right that is only useful: it is done without.
  not_permitted,
  /// The platform is there but could not do it now: LOCK_ERROR, DATABASE_ERROR, other HTTP 5xx.
  busy,
  /// INTERNAL_SERVER_ERROR: the platform failed on this request, and may do so each time.
  internal,
  /// The platform does not know this connector (any more).
  unknown_connector,
  /// DRAFT_LOCKED: the draft is gone or was validated.
  draft_locked,
  /// The entity does not exist, or the token's user may not see it. The platform tells no
  /// difference.
  no_entity,
  /// GRAPHQL_VALIDATION_FAILED or BAD_USER_INPUT: the platform does not understand the request, for
  /// example because it is older than the field asked for.
  not_understood,
  /// Refused for another reason, with the platform's words in the message.
  rejected,
  /// What came cannot be used: too large, or without the fields asked for.
  malformed,
};

struct Error {
  ErrorKind kind;
  /// One line for the log and for the work: what failed and why. Holds no secret.
  std::string message;

  /// The platform as a whole does not serve us: no other call will fare better.
  [[nodiscard]] bool outage() const {
    return kind == ErrorKind::unreachable || kind == ErrorKind::untrusted ||
           kind == ErrorKind::no_answer || kind == ErrorKind::unauthorized;
  }
  /// The request itself is not at fault: an administrator has to give the token, or a right without
  /// which nothing can be done. A right that is only useful is never one of these.
  [[nodiscard]] bool denied() const {
    return kind == ErrorKind::unauthorized || kind == ErrorKind::forbidden;
  }
  /// The same call may succeed later, without anybody changing it.
  [[nodiscard]] bool passing() const { return outage() || kind == ErrorKind::busy; }
  /// Trying again in a moment may help.
  [[nodiscard]] bool transient() const {
    return kind == ErrorKind::unreachable || kind == ErrorKind::no_answer ||
           kind == ErrorKind::busy || kind == ErrorKind::internal;
  }
};

template <class T>
using Result = tl::expected<T, Error>;

[[nodiscard]] inline tl::unexpected<Error> failure(ErrorKind kind, std::string message) {
  return tl::unexpected<Error>(Error{kind, std::move(message)});
}

}  // namespace opencti
