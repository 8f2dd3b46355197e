// Of what a saved answer speaks.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "enrichment/options.hpp"
#include "source/saved_answers.hpp"

namespace tip {

/// What an answer says that it is about: a hash, address, domain or URL; empty where it does not.
[[nodiscard]] std::string subject_in(std::string_view answer);

/// @returns what the answer is about, if it says so and that is something else than the observable:
/// another address, domain or URL (whatever its scheme), or something of another kind. Whether it
/// is another file, judge_saved_answer() sees from its hashes.
[[nodiscard]] std::optional<std::string> other_subject_in(std::string_view answer,
                                                          const stix::Observable& observable);

/// @param options must outlive what is returned; read when an answer is judged
[[nodiscard]] source::SavedAnswers saved_answers(const enrichment::Options& options);

}  // namespace tip
