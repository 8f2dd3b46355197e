// The subject of a saved answer.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "enrichment/options.hpp"
#include "source/saved_answers.hpp"

namespace tip {

/// The subject that an answer names: a hash, address, domain or URL; empty if it does not name it.
[[nodiscard]] std::string subject_in(std::string_view answer);

/// @returns the subject, if the answer names it and it is not the observable: another address,
/// domain or URL (in any scheme), or an object of another kind. judge_saved_answer() detects
/// another file by its hashes.
[[nodiscard]] std::optional<std::string> other_subject_in(std::string_view answer,
                                                          const stix::Observable& observable);

/// @param options must outlive the result; read when an answer is judged
[[nodiscard]] source::SavedAnswers saved_answers(const enrichment::Options& options);

}  // namespace tip
