// One connection to a Redis server. hiredis appears in redis_connection.cpp only.
#pragma once

#include <chrono>
#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <tl/expected.hpp>

#include "storage/redis.hpp"
#include "storage/redis_tls.hpp"

namespace storage {

struct RedisFailure {
  /// One sentence, without a secret.
  std::string message;
  /// The first word of the server's error; empty if the server did not answer.
  std::string code = {};
  /// The connection, or the server, cannot be used any more.
  bool lost = true;
};

template <class T>
using RedisResult = tl::expected<T, RedisFailure>;

/// Used by one thread at a time.
class RedisConnection final {
 public:
  /// @param timeout for connecting, for the TLS handshake, and for each answer
  /// @param longest_answer see limit_replies()
  /// @param tls null: without TLS; otherwise it must outlive the connection
  static RedisResult<std::unique_ptr<RedisConnection>> open(const RedisServer& server,
                                                            std::chrono::milliseconds timeout,
                                                            std::size_t longest_answer,
                                                            const RedisTls* tls);
  ~RedisConnection();
  RedisConnection(const RedisConnection&) = delete;
  RedisConnection& operator=(const RedisConnection&) = delete;

  /// From now on, a longer reply, or one with more than an element per 16 of these bytes, is a
  /// failure. The connection keeps no more than 16 KiB of memory for replies.
  void limit_replies(std::size_t longest_answer);

  enum class Sensitivity { plain, secret };

  /// Sends a command, and waits for its answer. Must not be called again after a failure with
  /// `lost`.
  /// @param kind secret: an error whose meaning is not known is not shown, because it may repeat
  /// the words
  RedisResult<Reply> ask(const std::vector<std::string_view>& words,
                         Sensitivity kind = Sensitivity::plain);

  /// Whether nothing has been received since the last answer, not even the end of the connection.
  [[nodiscard]] bool is_quiet() const;

 private:
  struct Handle;
  explicit RedisConnection(std::unique_ptr<Handle> handle);
  std::unique_ptr<Handle> handle_;
};

}  // namespace storage
