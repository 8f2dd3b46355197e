// Limits of this room.
#pragma once

#include <algorithm>
#include <cstddef>

#include "text/json.hpp"

namespace opencti {

/// Maximum size of a response of the platform, in bytes: data about one object, work or
/// registration.
inline constexpr std::size_t longest_answer = std::size_t{4} * 1024 * 1024;
/// Maximum of an object's STIX form, in bytes and values: a worker keeps it during the lookup.
inline constexpr std::size_t longest_object = std::size_t{256} * 1024;
inline constexpr std::size_t max_values_of_object = 10'000;
/// Maximum number of markings of an object; the worker keeps these too.
inline constexpr std::size_t max_markings = 1'000;

/// Maximum length of an id in a response, in bytes; a response with a longer one is rejected as one
/// to another request. OpenCTI's ids have up to 60 bytes.
inline constexpr std::size_t longest_id = 256;
/// Maximum size of what is kept of a response about many objects, in bytes: names beyond it are
/// omitted, which are then sent again; a response with more ids of markings is rejected.
inline constexpr std::size_t longest_names = std::size_t{64} * 1024;
inline constexpr std::size_t longest_marking_refs = std::size_t{256} * 1024;

/// Maximum number of JSON values in a response of this length. GraphQL names each value, so real
/// responses have about twenty bytes per value.
[[nodiscard]] constexpr std::size_t max_values(std::size_t length) {
  constexpr std::size_t most = 50'000;
  constexpr std::size_t few = 1'000;
  constexpr std::size_t bytes_per_value = 8;
  return std::min(most, length / bytes_per_value + few);
}

/// Memory that a response of this length needs, in bytes: its text, copies of its texts in the
/// document and in the result, an excerpt in an error; and its values. `toStix` is a text with a
/// second document, which has its own values.
[[nodiscard]] constexpr std::size_t cost_of_answer(std::size_t length) {
  constexpr std::size_t rest = std::size_t{64} * 1024;
  constexpr std::size_t texts = 6;
  const auto values = max_values(length) + std::min(max_values(length), max_values_of_object);
  return texts * length + values * text::bytes_per_value + rest;
}

}  // namespace opencti
