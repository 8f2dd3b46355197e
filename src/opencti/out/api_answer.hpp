// What the platform's errors mean for a result that was sent over its API.
#pragma once

#include "opencti/client/error.hpp"
#include "opencti/out/output.hpp"

namespace opencti {

/// `again` for silence and for what passes; `register_again` where the token, a right or the
/// connector itself is not known: a missing right is missing for every result, so it is waited for;
/// `never` where the platform rejected this result.
[[nodiscard]] SendAnswer answer_of(const Error& error);

}  // namespace opencti
