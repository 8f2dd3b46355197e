// The heart: an answer of Kaspersky and the observable that it is about become STIX. Pure
// functions: no I/O, no clock, no globals, so that the same input always gives the same bytes.
#pragma once

#include <map>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>
#include <tl/expected.hpp>

#include "enrichment/question.hpp"
#include "kaspersky/answer.hpp"
#include "stix/observable.hpp"

namespace enrichment {

struct Options {
  /// 0 to 100. A zone that is not listed gives no score.
  std::map<kaspersky::Zone, int> scores;
};

struct Enrichment {
  /// What is new about the observable itself: no label and no hash that it has already. The
  /// reference to Kaspersky's page is always in it; the platform keeps one for each URL.
  stix::ObservableUpdate update;
  /// Further objects, each id once, none of which refers to an absent one.
  std::vector<nlohmann::json> objects;
  /// What was left out of the answer, and why. For the log.
  std::vector<std::string> warnings;
};

/// @param question what was asked, from question_about(observable)
/// @returns the enrichment; or one line when the answer is not about this observable.
[[nodiscard]] tl::expected<Enrichment, std::string> convert(const kaspersky::Answer& answer,
                                                            const stix::Observable& observable,
                                                            const Question& question,
                                                            const Options& options);

}  // namespace enrichment
