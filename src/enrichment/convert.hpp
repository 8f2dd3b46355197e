// Converts Kaspersky's answer about an observable to STIX. Pure functions: no I/O, no clock, no
// globals, so that the same input always gives the same bytes.
#pragma once

#include <string>

#include <tl/expected.hpp>

#include "enrichment/options.hpp"
#include "enrichment/question.hpp"
#include "kaspersky/answer.hpp"
#include "source/enrichment.hpp"
#include "stix/markings.hpp"
#include "stix/observable.hpp"

namespace enrichment {

/// Further input of the conversion.
struct Context {
  /// The strictest markings of the observable. Derived objects get the stricter of its TLP and
  /// TLP:AMBER, and its PAP.
  stix::Markings markings;
  /// Midnight in RFC 3339: `2024-05-01T00:00:00.000Z`. Used in indicators only.
  std::string today;
};

using source::Enrichment;

/// Whether the answer has no data about the object: no zone or grey, which means "not categorised",
/// and apart from the value itself only zeros and texts for "not known".
[[nodiscard]] bool has_no_data(const kaspersky::Answer& answer, const Question& question);

/// @param question from question_about(observable)
/// @returns the enrichment; or one line if the answer is not about this observable
[[nodiscard]] tl::expected<Enrichment, std::string> convert(const kaspersky::Answer& answer,
                                                            const stix::Observable& observable,
                                                            const Question& question,
                                                            const Options& options,
                                                            const Context& context);

/// An enrichment with only a note that Kaspersky does not know the object.
[[nodiscard]] Enrichment not_found_enrichment(const stix::Observable& observable,
                                              const Question& question, const Context& context);

}  // namespace enrichment
