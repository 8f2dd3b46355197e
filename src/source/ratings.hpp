// How a source rates objects.
#pragma once

#include <span>
#include <string_view>

#include "export.hpp"
#include "source/tone.hpp"

namespace source OPENCTI_CONNECTOR_PUBLIC {

/// All texts outlive the process.
struct Rating {
  /// As in Verdict::rating: `red`.
  std::string_view word;
  Tone tone = Tone::plain;
};

struct Ratings {
  /// What the source calls one: a label in metrics, a field of `/status`, a column of its page.
  std::string_view word = "rating";
  /// Worst first. Empty: it rates nothing.
  std::span<const Rating> all = {};
};

}  // namespace source OPENCTI_CONNECTOR_PUBLIC
