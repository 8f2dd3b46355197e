// The heart: an answer of Kaspersky and the observable that it is about become STIX. Pure
// functions: no I/O, no clock, no globals, so that the same input always gives the same bytes.
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

/// What has to be known besides the answer and the observable.
struct Context {
  /// How strictly the observable is marked. What is derived carries its TLP or TLP:AMBER, whichever
  /// is stricter, and its PAP.
  stix::Markings markings;
  /// Midnight in RFC 3339: `2024-05-01T00:00:00.000Z`. Only indicators have it in them.
  std::string today;
};

using source::Enrichment;

/// Whether the answer tells nothing about the object: no zone or grey, which means "not
/// categorised", and besides what was asked only zeros and that nothing is known.
[[nodiscard]] bool tells_nothing(const kaspersky::Answer& answer, const Question& question);

/// @param question what was asked, from question_about(observable)
/// @returns the enrichment; or one line when the answer is not about this observable.
[[nodiscard]] tl::expected<Enrichment, std::string> convert(const kaspersky::Answer& answer,
                                                            const stix::Observable& observable,
                                                            const Question& question,
                                                            const Options& options,
                                                            const Context& context);

/// A note that Kaspersky knows nothing, and nothing else.
[[nodiscard]] Enrichment nothing_known(const stix::Observable& observable, const Question& question,
                                       const Context& context);

}  // namespace enrichment
