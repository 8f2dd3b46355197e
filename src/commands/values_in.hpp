// The values for a command: from the command line, and from standard input.
#pragma once

#include <cstddef>
#include <istream>
#include <string>
#include <vector>

namespace commands {

struct ValueLimits {
  /// In bytes. A URL of any 2,000 characters fits.
  std::size_t longest = 8192;
  std::size_t max_values = 10'000;
};

struct ValueIn {
  std::string text;
  /// Why the value was not accepted: `line 3 is longer than 8192 bytes`; otherwise empty.
  std::string problem = {};
};

struct ValuesIn {
  /// In the order of the input.
  std::vector<ValueIn> values;
  /// There are more values than the maximum.
  bool too_many = false;
};

/// @param arguments values; `-` means the lines of `input`, without blank lines and lines that
/// begin with `#`
[[nodiscard]] ValuesIn values_in(const std::vector<std::string>& arguments, std::istream& input,
                                 const ValueLimits& limits = {});

}  // namespace commands
