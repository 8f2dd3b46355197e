// How calls to the platform fail.
#pragma once

#include <string>

#include <tl/expected.hpp>

namespace opencti {

/// Who said it decides what it means: only the platform's own words settle a message.
enum class ErrorKind {
  // --- Nobody said anything, or not the platform: see Silence.

  /// A stop was requested while waiting.
  stopped,
  /// The request did not arrive: no connection.
  unreachable,
  /// Certificate or handshake: the platform's address answers, but is not trusted.
  untrusted,
  /// The request may have arrived, but no whole answer came: time ran out, the connection broke, or
  /// what came is not HTTP that can be read.
  no_answer,
  /// The request may have arrived, but something else answered: a gateway, a login page, a cache.
  intermediary,
  /// The request may have arrived, but the answer is longer than what is read (limits.hpp).
  too_long,

  // --- The platform's own words: see Refusal.

  /// AUTH_REQUIRED and the like: the token is wrong, expired, or its user may not use the API.
  unauthorized,
  /// FORBIDDEN_ACCESS: the token's user lacks a right that is necessary (needed_rights.hpp).
  forbidden,
  /// The token's user lacks a right that is only useful: it is done without.
  not_permitted,
  /// The platform is there but could not do it now: LOCK_ERROR, DATABASE_ERROR, or its HTTP server
  /// failed.
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
  /// UNSUPPORTED_ERROR: the platform does not do that, and may have noticed halfway.
  unsupported,
  /// Refused for another reason, with the platform's words in the message.
  rejected,

  // --- Ourselves.

  /// The request cannot be made: a header of it would hold a line break.
  invalid,
  /// What came cannot be used: without the fields asked for.
  malformed,
};

struct Error {
  ErrorKind kind;
  /// One line for the log and for the work: what failed and why. Holds no secret.
  std::string message;

  /// The platform said nothing: what it did, or would say, is unknown.
  [[nodiscard]] bool silent() const {
    return kind == ErrorKind::stopped || kind == ErrorKind::unreachable ||
           kind == ErrorKind::untrusted || kind == ErrorKind::no_answer ||
           kind == ErrorKind::intermediary || kind == ErrorKind::too_long;
  }
  /// The platform may have done what it was asked for, or a part of it.
  [[nodiscard]] bool may_have_had_effect() const {
    return kind == ErrorKind::no_answer || kind == ErrorKind::intermediary ||
           kind == ErrorKind::too_long || kind == ErrorKind::busy || kind == ErrorKind::internal;
  }
  /// The platform as a whole does not serve us: no other call will fare better.
  [[nodiscard]] bool outage() const {
    return kind == ErrorKind::unauthorized || (silent() && kind != ErrorKind::stopped);
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
           kind == ErrorKind::intermediary || kind == ErrorKind::busy ||
           kind == ErrorKind::internal;
  }
};

/// No words of the platform came. What is made from one cannot be of a kind that settles anything.
struct Silence {
  enum class Kind { stopped, unreachable, untrusted, no_answer, intermediary, too_long };
  Kind kind;
  std::string message;

  // NOLINTNEXTLINE(google-explicit-constructor): each is an error.
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
