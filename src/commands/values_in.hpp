// The values that a command is to look at: from the command line, and from standard input.
#pragma once

#include <cstddef>
#include <istream>
#include <string>
#include <vector>

namespace commands {

struct ValueLimits {
  /// In bytes. A URL of 2,000 characters fits, whatever its characters are.
  std::size_t longest = 8192;
  std::size_t most = 10'000;
};

struct ValuesIn {
  std::vector<std::string> values;
  /// One line for each thing that could not be taken: `line 3 is longer than 8192 bytes`.
  std::vector<std::string> problems;
  /// There are more values than are taken.
  bool too_many = false;
};

/// @param arguments each a value; `-` stands for the lines of `input`, of which empty ones do not
/// count
[[nodiscard]] ValuesIn values_in(const std::vector<std::string>& arguments, std::istream& input,
                                 const ValueLimits& limits = {});

}  // namespace commands
