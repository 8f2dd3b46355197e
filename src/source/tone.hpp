// How dangerous an object is.
#pragma once

#include <string_view>

#include "export.hpp"

namespace source OPENCTI_CONNECTOR_PUBLIC {

/// Determines the colour in which an object is shown.
enum class Tone { plain, bad, suspicious, unwanted, unknown, good };

[[nodiscard]] constexpr std::string_view name_of(Tone tone) {
  switch (tone) {
    case Tone::bad:
      return "bad";
    case Tone::suspicious:
      return "suspicious";
    case Tone::unwanted:
      return "unwanted";
    case Tone::unknown:
      return "unknown";
    case Tone::good:
      return "good";
    case Tone::plain:
      break;
  }
  return "plain";
}

}  // namespace source OPENCTI_CONNECTOR_PUBLIC
