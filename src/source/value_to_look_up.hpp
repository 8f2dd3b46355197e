// Which observables a public service can know.
//
// ```cpp
// source::Verdict ask(source::HttpApi& api, const source::Request& request,
//                     const net::Deadline& deadline) {
//   const auto address = source::value_to_look_up(request.observable);
//   if (!address) return source::skipped("Weather", address.error());
//   auto answer = api.get("/v1/" + net::percent_encode(address->value), {}, deadline);
//   return answer ? source::not_found("Weather") : answer.error();
// }
// ```
#pragma once

#include <string>

#include <tl/expected.hpp>

#include "export.hpp"
#include "source/source.hpp"
#include "stix/canonical_value.hpp"
#include "stix/observable.hpp"

namespace source OPENCTI_CONNECTOR_PUBLIC {

/// The value of an address, a domain, a host name or a URL in canonical form, for a request.
/// @param reserved_too whether special addresses, as in private networks, are worth a request
/// @returns one line for an observable that is not worth a request, for skipped(): a malformed
/// value, a private or otherwise special address (also as the host of a URL), a range of addresses,
/// a name without a dot, another type
[[nodiscard]] tl::expected<stix::CanonicalValue, std::string> value_to_look_up(
    const stix::Observable& observable, bool reserved_too = false);

/// The value that a source was asked about, if its verdict does not name it.
[[nodiscard]] QueriedValue queried_value(const stix::Observable& observable);

}  // namespace source OPENCTI_CONNECTOR_PUBLIC
