// What the errors that a Redis server answers mean, and what to do about them.
#pragma once

#include <string>
#include <string_view>

namespace storage {

struct RedisComplaint {
  /// One sentence. Of the answer it shows at most 200 printable characters, and nothing where its
  /// meaning is known.
  std::string message;
  /// The answer's first word, `NOSCRIPT`.
  std::string code;
  /// The server cannot be used for now, whatever it is asked: this one step is not the reason.
  bool of_server = false;
  /// Its meaning is known.
  bool known = false;
};

/// @param answer without the `-` before it; may be anything
[[nodiscard]] RedisComplaint read_redis_complaint(std::string_view answer);

/// At most 200 characters of it, with a `?` in place of what is not printable ASCII.
[[nodiscard]] std::string printable(std::string_view text);

}  // namespace storage
