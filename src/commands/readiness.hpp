// What the connector's own port says of it, as a probe asks.
#pragma once

#include <string>
#include <string_view>

namespace commands {

struct Readiness {
  bool healthy = false;
  /// One printable line: `healthy`, or which part is not, and why.
  std::string text;
};

/// @param body of the answer to GET /readyz: {"ready", "parts": [{"name", "state", "detail"}]}, or
/// to GET /livez. It may be anything.
[[nodiscard]] Readiness read_readiness(int status, std::string_view body);

}  // namespace commands
