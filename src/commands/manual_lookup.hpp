// A lookup that a person asks for, without the platform.
#pragma once

#include <optional>
#include <stop_token>
#include <string>
#include <string_view>

#include "source/saved_answers.hpp"
#include "source/source.hpp"
#include "stix/observable.hpp"

namespace commands {

using source::Standing;

struct LookedUp {
  stix::Observable observable;
  source::Verdict verdict;
  /// What the source knows; nothing where it knows nothing.
  std::optional<source::Summary> known = {};
  /// As people call it; outlives this.
  std::string_view source = {};

  [[nodiscard]] Standing standing() const;
};

/// Asks as the connector does: for people, who may use the last of the day's requests.
/// @param fresh whether an answer that is remembered will not do
/// @param stop ends it at once; the verdict means nothing then
[[nodiscard]] LookedUp look_up(source::Source& source, const stix::Observable& observable,
                               bool fresh, const std::stop_token& stop);

/// What the observable's lookup would give if this were the source's answer.
/// @param source as people call it
[[nodiscard]] LookedUp look_up_in(const source::SavedAnswers& saved, std::string_view source,
                                  std::string_view answer, const stix::Observable& observable);

/// The STIX bundle that the connector would send, on one line; `null` where it would send none.
[[nodiscard]] std::string bundle_of(const LookedUp& looked_up);

}  // namespace commands
