// A lookup by a person, without the platform.
#pragma once

#include <optional>
#include <stop_token>
#include <string>
#include <string_view>

#include "source/saved_answers.hpp"
#include "source/source.hpp"
#include "stix/observable.hpp"

namespace commands {

using source::OutcomeCategory;

struct LookedUp {
  stix::Observable observable;
  source::Verdict verdict;
  /// The source's data; nothing if the source does not know the value.
  std::optional<source::Summary> known = {};
  /// The source's name for people; outlives this object.
  std::string_view source = {};

  [[nodiscard]] OutcomeCategory category() const;
};

/// Looks up as the connector does for manual requests, which may use the reserve of the daily
/// quota.
/// @param fresh whether the cache must not be used
/// @param stop ends it immediately; then the verdict is meaningless
[[nodiscard]] LookedUp look_up(source::Source& source, const stix::Observable& observable,
                               bool fresh, const std::stop_token& stop);

/// The result of a lookup of the observable if this were the source's answer.
/// @param source its name for people
[[nodiscard]] LookedUp look_up_in(const source::SavedAnswers& saved, std::string_view source,
                                  std::string_view answer, const stix::Observable& observable);

/// The STIX bundle that the connector would send, on one line; `null` if it would send none.
[[nodiscard]] std::string bundle_of(const LookedUp& looked_up);

}  // namespace commands
