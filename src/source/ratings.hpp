// How a source rates objects.
#pragma once

#include <span>
#include <string_view>

#include "export.hpp"
#include "source/tone.hpp"

namespace source OPENCTI_CONNECTOR_PUBLIC {

/// All texts must be valid for the whole process.
struct Rating {
  /// As in Verdict::rating: `red`.
  std::string_view word;
  Tone tone = Tone::plain;
};

struct Ratings {
  /// The source's word for a rating: a label in metrics, a field of `/status`, a column of its
  /// page.
  std::string_view word = "rating";
  /// Worst first. Empty: the source does not rate objects.
  std::span<const Rating> all = {};
};

}  // namespace source OPENCTI_CONNECTOR_PUBLIC
