// Errors of calls to the platform.
#pragma once

#include <string>

#include <tl/expected.hpp>

namespace opencti {

/// The kinds depend on who answered: only the platform's own response can decide the outcome of a
/// message.
enum class ErrorKind {
  // --- No response, or not from the platform: see NoResponse.

  /// A stop was requested during the wait.
  stopped,
  /// The request did not arrive: no connection.
  unreachable,
  /// Certificate or handshake: the platform's address answers, but is not trusted.
  untrusted,
  /// The request may have arrived, but no complete response came: time-out, broken connection, or
  /// invalid HTTP.
  no_answer,
  /// The request may have arrived, but an intermediary answered: a gateway, a login page, a cache.
  intermediary,
  /// The request may have arrived, but the response is longer than the limit (limits.hpp).
  too_long,

  // --- The platform's own response: see PlatformError.

  /// AUTH_REQUIRED and similar codes: the token is wrong or expired, or its user may not use the
  /// API.
  unauthorized,
  /// FORBIDDEN_ACCESS: the token's user lacks a right that is necessary (needed_rights.hpp).
  forbidden,
  /// The token's user lacks a right that is only useful: the connector works without it.
  not_permitted,
  /// The platform answered but is temporarily unable: LOCK_ERROR, DATABASE_ERROR, or a failure of
  /// its HTTP server.
  busy,
  /// INTERNAL_SERVER_ERROR: the platform failed on this request, and may do so each time.
  internal,
  /// The platform does not know this connector (any more).
  unknown_connector,
  /// DRAFT_LOCKED: the draft was deleted or validated.
  draft_locked,
  /// The entity does not exist, or the token's user may not see it. The platform does not
  /// distinguish these.
  no_entity,
  /// GRAPHQL_VALIDATION_FAILED or BAD_USER_INPUT: the platform does not understand the request, for
  /// example because its version does not have a requested field.
  not_understood,
  /// UNSUPPORTED_ERROR: the platform does not support the operation, but may have done a part of
  /// it.
  unsupported,
  /// The request is larger than the platform accepts; it was not executed.
  too_large,
  /// Rejected for another reason, with the platform's text in the message.
  rejected,

  // --- Errors of this client.

  /// The request is invalid: a header would contain a line break.
  invalid,
  /// The response lacks requested fields.
  malformed,
};

struct Error {
  ErrorKind kind;
  /// One line for the log and for the work: what failed, and why. Without secrets.
  std::string message;

  /// The platform did not respond: whether it executed the request is unknown.
  [[nodiscard]] bool no_response() const {
    return kind == ErrorKind::stopped || kind == ErrorKind::unreachable ||
           kind == ErrorKind::untrusted || kind == ErrorKind::no_answer ||
           kind == ErrorKind::intermediary || kind == ErrorKind::too_long;
  }
  /// The platform may have executed the request, or a part of it.
  [[nodiscard]] bool may_have_had_effect() const {
    return kind == ErrorKind::no_answer || kind == ErrorKind::intermediary ||
           kind == ErrorKind::too_long || kind == ErrorKind::busy || kind == ErrorKind::internal;
  }
  /// The platform as a whole is unavailable: other calls would fail too.
  [[nodiscard]] bool outage() const {
    return kind == ErrorKind::unauthorized || (no_response() && kind != ErrorKind::stopped);
  }
  /// The request itself is valid: an administrator must provide a token or a necessary right. Never
  /// for a right that is only useful.
  [[nodiscard]] bool denied() const {
    return kind == ErrorKind::unauthorized || kind == ErrorKind::forbidden;
  }
  /// The same call may succeed later, unchanged.
  [[nodiscard]] bool temporary() const { return outage() || kind == ErrorKind::busy; }
  /// A retry soon may succeed.
  [[nodiscard]] bool transient() const {
    return kind == ErrorKind::unreachable || kind == ErrorKind::no_answer ||
           kind == ErrorKind::intermediary || kind == ErrorKind::busy ||
           kind == ErrorKind::internal;
  }
};

/// The platform did not respond. An Error made from it never has a kind that decides the outcome of
/// a message.
struct NoResponse {
  enum class Kind { stopped, unreachable, untrusted, no_answer, intermediary, too_long };
  Kind kind;
  std::string message;

  // NOLINTNEXTLINE(google-explicit-constructor): each NoResponse is an error
  operator Error() const {
    constexpr ErrorKind kinds[] = {ErrorKind::stopped,      ErrorKind::unreachable,
                                   ErrorKind::untrusted,    ErrorKind::no_answer,
                                   ErrorKind::intermediary, ErrorKind::too_long};
    return {kinds[static_cast<int>(kind)], message};
  }
};

template <class T>
using Result = tl::expected<T, Error>;

[[nodiscard]] inline tl::unexpected<Error> failure(ErrorKind kind, std::string message) {
  return tl::unexpected<Error>(Error{kind, std::move(message)});
}

}  // namespace opencti
