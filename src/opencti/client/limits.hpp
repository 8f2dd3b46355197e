// Bounds of this room.
#pragma once

#include <algorithm>
#include <cstddef>

#include "text/json.hpp"

namespace opencti {

/// Of an answer of the platform, in bytes: what it has to say about one object, work or
/// registration.
inline constexpr std::size_t longest_answer = std::size_t{4} * 1024 * 1024;
/// Of an object's STIX form, in bytes and values: a worker keeps it while it looks up.
inline constexpr std::size_t longest_object = std::size_t{256} * 1024;
inline constexpr std::size_t most_values_of_object = 10'000;
/// Of an object; the worker keeps these too.
inline constexpr std::size_t most_markings = 1'000;

/// How many values an answer of this length may have, as JSON. GraphQL names each, so that real
/// ones have twenty bytes for a value.
[[nodiscard]] constexpr std::size_t most_values(std::size_t length) {
  constexpr std::size_t most = 50'000;
  constexpr std::size_t few = 1'000;
  constexpr std::size_t bytes_per_value = 8;
  return std::min(most, length / bytes_per_value + few);
}

/// What an answer of this length takes until it is used, in bytes: its text, that of its values and
/// of what is read of them, a cut of it in an error; and its values. `toStix` is a document in a
/// text of it, with values of its own.
[[nodiscard]] constexpr std::size_t cost_of_answer(std::size_t length) {
  constexpr std::size_t rest = std::size_t{64} * 1024;
  constexpr std::size_t texts = 6;
  const auto values = most_values(length) + std::min(most_values(length), most_values_of_object);
  return texts * length + values * text::bytes_per_value + rest;
}

}  // namespace opencti
