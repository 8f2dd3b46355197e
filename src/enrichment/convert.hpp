// The heart: an answer of Kaspersky and the observable that it is about become STIX. Pure
// functions: no I/O, no clock, no globals, so that the same input always gives the same bytes.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>
#include <tl/expected.hpp>

#include "enrichment/entities.hpp"
#include "enrichment/options.hpp"
#include "enrichment/question.hpp"
#include "kaspersky/answer.hpp"
#include "stix/markings.hpp"
#include "stix/observable.hpp"

namespace enrichment {

/// What has to be known besides the answer and the observable.
struct Context {
  /// How strictly the observable is marked. What is derived carries its TLP or TLP:AMBER, whichever
  /// is stricter, and its PAP.
  stix::Markings markings;
  /// From entities_named(answer).
  std::vector<SharedEntity> entities;
  /// Midnight in RFC 3339: `2024-05-01T00:00:00.000Z`. Only indicators have it in them.
  std::string today;
};

struct Enrichment {
  /// All that Kaspersky tells of the observable itself, also what it has already: the platform
  /// unites, and takes what is unchanged without a sign. So a second enrichment sends the same
  /// bytes.
  stix::ObservableUpdate update;
  /// Further objects, each id once, none of which refers to an absent one. As convert() makes them
  /// they are for a platform that has none of them; see stand_beside().
  std::vector<nlohmann::json> objects;
  /// What was left out of the answer, and why. For the log.
  std::vector<std::string> warnings;
  /// Of shared entities by their id: all ids by which the platform may know them.
  std::map<std::string, std::vector<std::string>> known_by;
  /// How many objects, by STIX type, the platform has and only relationships to them are sent.
  std::map<std::string, std::size_t> there;
};

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
