// Reads the connector's readiness from its port's response to a probe.
#pragma once

#include <string>
#include <string_view>

namespace commands {

struct Readiness {
  bool healthy = false;
  /// One printable line: `healthy`, or the failing part and the reason.
  std::string text;
};

/// @param body of the response to GET /readyz: {"ready", "parts": [{"name", "state", "detail"}]},
/// or to GET /livez. It may be arbitrary.
[[nodiscard]] Readiness read_readiness(int status, std::string_view body);

}  // namespace commands
