// A client of Redis or Valkey. Each step is a script, which the server runs atomically.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "storage/database.hpp"
#include "storage/redis_address.hpp"
#include "telemetry/log.hpp"

namespace storage {

/// A server's reply: nothing, a number, bytes (text included), or a list.
struct Reply {
  using List = std::vector<Reply>;
  std::variant<std::monostate, std::int64_t, std::string, List> value;

  /// The reply as a number, also if it is a number as text; zero otherwise.
  [[nodiscard]] std::int64_t number() const;
  /// The same, clamped to bounds: another client of the server may have changed the value.
  [[nodiscard]] std::int64_t number(std::int64_t minimum, std::int64_t maximum) const;
  /// Empty if the reply is not text.
  [[nodiscard]] std::string text() const;
  /// Nothing if the reply is not text.
  [[nodiscard]] std::optional<std::string> optional_text() const;
  /// Empty if the reply is not a list.
  [[nodiscard]] const List& list() const;
  /// An element of the list; an empty reply if the list is shorter.
  [[nodiscard]] const Reply& at(std::size_t index) const;
};

/// A script in Lua 5.1, the version in the servers. Sent by its digest, or whole if the server does
/// not know it.
struct Script {
  /// A literal.
  std::string_view text;
};

struct RedisOptions {
  RedisAddress address;
  /// The prefix of each key; every connector has its own.
  std::string prefix;
  /// For resolving the name, for connecting to each of its addresses, and for each answer, which
  /// gets one more second per megabyte.
  std::chrono::milliseconds timeout{1'000};
  /// After a failure every call fails at once for this long, then one call tries the server.
  std::chrono::milliseconds retry_after{500};
  /// A longer answer is a failure, whatever content is expected. In bytes.
  std::size_t longest_answer = std::size_t{64} * 1024 * 1024;
  /// Content may be longer than expected by this. Each caller may receive so much at the same time.
  /// In bytes.
  std::size_t more_than_expected = std::size_t{256} * 1024;
};

/// Keeps as many connections open as calls ran at one time. If the server does not answer, is
/// loading its data, or has become a replica, all connections are closed, and the first call after
/// `retry_after` connects again. Each connect asks the Sentinels for the master. Logs one line when
/// the server becomes unusable, and one when it is usable again.
///
/// The class is thread-safe.
class Redis final {
 public:
  /// Does not connect yet.
  /// @throws std::runtime_error if a file that the address names cannot be used, or if the address
  /// requires TLS and redis_has_tls() is false
  Redis(RedisOptions options, telemetry::Log log);
  ~Redis();
  Redis(const Redis&) = delete;
  Redis& operator=(const Redis&) = delete;

  /// The name of a key: the prefix and `name`.
  [[nodiscard]] std::string key(std::string_view name) const;

  /// Runs the script atomically. In it KEYS are `keys` with the prefix, ARGV are `arguments`.
  /// @param expected nothing: the script returns numbers, names and the like, and a reply of more
  /// than 16 KiB is a failure. Otherwise the bytes of content that are expected: memory for them
  /// has been reserved.
  /// @returns an error if the server was not reached, did not answer in time, or rejected the step.
  /// The message says if it is unknown whether the step was done.
  [[nodiscard]] Result<Reply> run(const Script& script, const std::vector<std::string_view>& keys,
                                  const std::vector<std::string>& arguments,
                                  std::optional<std::size_t> expected = std::nullopt);

  /// Why the last call failed, and what to do; empty if it succeeded.
  [[nodiscard]] std::string problem() const;
  /// The server that is used, for people: `redis.example:6379, database 0`. It holds no secret.
  [[nodiscard]] std::string server() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

/// Whether hiredis in this build supports TLS (since 1.0).
[[nodiscard]] bool redis_has_tls();

/// The library behind this, for people: `hiredis 0.14.1`.
[[nodiscard]] std::string redis_library();

}  // namespace storage
