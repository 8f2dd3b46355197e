// Reads values of metrics for tests.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace support {

/// The value of a series in the Prometheus text, named with its labels; nothing if it does not
/// exist.
inline std::optional<double> figure(std::string_view text, std::string_view series) {
  const auto line = "\n" + std::string(series) + " ";
  const auto at = text.find(line);
  if (at == std::string_view::npos) return std::nullopt;
  return std::stod(std::string(text.substr(at + line.size(), text.find('\n', at + 1) - at)));
}

}  // namespace support
