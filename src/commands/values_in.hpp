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

struct ValueIn {
  std::string text;
  /// Why it could not be taken, if it could not: `line 3 is longer than 8192 bytes`.
  std::string problem = {};
};

struct ValuesIn {
  /// In the order of the input.
  std::vector<ValueIn> values;
  /// There are more values than are taken.
  bool too_many = false;
};

/// @param arguments each a value; `-` stands for the lines of `input`, of which blank ones, and
/// those that begin with `#`, do not count
[[nodiscard]] ValuesIn values_in(const std::vector<std::string>& arguments, std::istream& input,
                                 const ValueLimits& limits = {});

}  // namespace commands
