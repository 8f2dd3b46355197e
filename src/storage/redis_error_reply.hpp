// The meaning of errors that a Redis server returns, and what to do.
#pragma once

#include <string>
#include <string_view>

namespace storage {

struct RedisErrorReply {
  /// One sentence. If the meaning is not known, it quotes maximum 200 printable characters of the
  /// answer.
  std::string message;
  /// The answer's first word: `NOSCRIPT`.
  std::string code;
  /// The server cannot be used now for any step.
  bool of_server = false;
  /// The meaning of the error is known.
  bool known = false;
};

/// @param answer without the `-` before it; may be anything
[[nodiscard]] RedisErrorReply read_redis_error_reply(std::string_view answer);

/// Maximum 200 characters of the text; `?` replaces each character that is not printable ASCII.
[[nodiscard]] std::string printable(std::string_view text);

}  // namespace storage
