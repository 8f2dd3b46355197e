// The lookup for an observable.
#pragma once

#include <string>

#include <tl/expected.hpp>

#include "kaspersky/sections.hpp"
#include "stix/observable.hpp"

namespace enrichment {

struct Question {
  kaspersky::ObjectKind kind;
  /// Not encoded. Addresses, domains and the hosts of URLs are in canonical form.
  std::string value;
};

/// @param reserved_too whether to look up addresses of special use, as in private networks
/// @returns the question; or one line that says why the observable is not worth a paid lookup: a
/// malformed value, a private or otherwise special address (also as the host of a URL), a range of
/// addresses, a name without a dot, a URL over 2,000 characters
[[nodiscard]] tl::expected<Question, std::string> question_about(const stix::Observable& observable,
                                                                 bool reserved_too = false);

}  // namespace enrichment
