// A client of Redis or Valkey: each step is a script, which the server runs as one.
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

/// What a server answers: nothing, a number, bytes (text included), or a list.
struct Reply {
  using List = std::vector<Reply>;
  std::variant<std::monostate, std::int64_t, std::string, List> value;

  /// The reply as a number, also where it is the text of one; zero where it is neither.
  [[nodiscard]] std::int64_t number() const;
  /// The same within bounds, which another client of the server may not have kept.
  [[nodiscard]] std::int64_t number(std::int64_t least, std::int64_t most) const;
  /// Empty where the reply is not text.
  [[nodiscard]] std::string text() const;
  /// Nothing where the reply is not text.
  [[nodiscard]] std::optional<std::string> optional_text() const;
  /// Empty where the reply is not a list.
  [[nodiscard]] const List& list() const;
  /// An element of the list; nothing where the list is shorter.
  [[nodiscard]] const Reply& at(std::size_t index) const;
};

/// In Lua 5.1, which the servers have. Sent whole where the server does not know it, otherwise by
/// its digest.
struct Script {
  /// A literal.
  std::string_view text;
};

struct RedisOptions {
  RedisAddress address;
  /// What each key begins with: another connector's keys begin with another prefix.
  std::string prefix;
  /// For connecting, and for each answer, which has a second more for each megabyte; name
  /// resolution apart, which the system bounds.
  std::chrono::milliseconds timeout{1'000};
  /// After a failure every call fails at once for this long, then one call tries the server.
  std::chrono::milliseconds rest{500};
  /// A longer answer is a failure. In bytes.
  std::size_t longest_answer = std::size_t{64} * 1024 * 1024;
};

/// Keeps as many connections as there were calls at one time. A server that does not answer, is
/// loading its data, or has become a replica is left, and connected to again by the first call
/// after the rest; Sentinels are asked for the master at each connect. The log has one line when
/// the server cannot be used any more, and one when it can again.
///
/// The class is thread-safe.
class Redis final {
 public:
  /// Does not connect yet.
  /// @throws std::runtime_error when a file that the address names cannot be used, or when TLS is
  /// wanted and redis_has_tls() is false
  Redis(RedisOptions options, telemetry::Log log);
  ~Redis();
  Redis(const Redis&) = delete;
  Redis& operator=(const Redis&) = delete;

  /// The name of a key: the prefix and `name`.
  [[nodiscard]] std::string key(std::string_view name) const;

  /// Runs the script, as one step. In it KEYS are `keys` with the prefix, ARGV are `arguments`.
  /// @returns an error when the server was not reached, did not answer in time, or rejected the
  /// step; where the message says so, it is unknown whether the step was done
  [[nodiscard]] Result<Reply> run(const Script& script, const std::vector<std::string_view>& keys,
                                  const std::vector<std::string>& arguments);

  /// Why the last call failed, and what to do; empty while calls succeed.
  [[nodiscard]] std::string problem() const;
  /// The server that is used, for people: `redis.example:6379, database 0`. It holds no secret.
  [[nodiscard]] std::string server() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

/// Whether hiredis of this build has TLS, which it has from 1.0 on.
[[nodiscard]] bool redis_has_tls();

/// The library behind this, for people: `hiredis 0.14.1`.
[[nodiscard]] std::string redis_library();

}  // namespace storage
