// What to ask Kaspersky about an observable.
#pragma once

#include <string>

#include <tl/expected.hpp>

#include "kaspersky/sections.hpp"
#include "stix/observable.hpp"

namespace enrichment {

struct Question {
  kaspersky::ObjectKind kind;
  /// Not encoded.
  std::string value;
};

/// @returns the question; or one line that tells why the observable is not worth a paid lookup.
[[nodiscard]] tl::expected<Question, std::string> question_about(
    const stix::Observable& observable);

}  // namespace enrichment
