// The meaning of the platform's errors for a result that was sent over its API.
#pragma once

#include "opencti/client/error.hpp"
#include "opencti/out/output.hpp"

namespace opencti {

/// `retry` without a response and for transient errors; `register_again` if the token, a right or
/// the connector is not accepted: a missing right affects every result, so results wait for it;
/// `rejected` if the platform rejected this result.
[[nodiscard]] SendAnswer answer_of(const Error& error);

}  // namespace opencti
