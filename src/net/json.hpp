// Parsing JSON that others sent: bounded in size and depth, and never an exception.
#pragma once

#include <cstddef>
#include <string_view>

#include <nlohmann/json.hpp>

#include "net/error.hpp"

namespace net {

struct JsonLimits {
  /// In bytes.
  std::size_t size = std::size_t{16} * 1024 * 1024;
  /// Nested arrays and objects. nlohmann's own parser has no limit, and copying or dumping a
  /// document of some ten thousand levels overflows the stack.
  int depth = 64;
};

/// @returns the document; `too_large` beyond the limits, `protocol` for text that is not JSON. The
/// message tells where, and quotes nothing of the text.
[[nodiscard]] Result<nlohmann::json> parse_json(std::string_view text, JsonLimits limits = {});

}  // namespace net
