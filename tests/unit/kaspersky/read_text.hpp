// Reads the text of an answer, for tests of what is in it.
#pragma once

#include <gtest/gtest.h>

#include <string_view>

#include "kaspersky/answer.hpp"
#include "text/json.hpp"

namespace kaspersky::fakes {

/// Fails the test if the text is not an answer.
inline Answer read(std::string_view text) {
  const auto answer = text::parse_json(text).and_then(read_answer);
  if (answer) return *answer;
  ADD_FAILURE() << answer.error();
  return {};
}

}  // namespace kaspersky::fakes
