// What the platform's workers see of the connector when it listens by HTTP: one path, to which they
// post messages with a token.
#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "net/http/server.hpp"
#include "opencti/in/jwt.hpp"
#include "telemetry/log.hpp"

namespace opencti {

/// What became of a message that a worker posted.
enum class Intake {
  /// It is ours from now on.
  accepted,
  /// There are enough for now, or we are stopping: it is to come again later.
  not_now,
};

struct CallbackOptions {
  /// `/api/callback`
  std::string path;
  /// What a token may name as its recipient (`aud`): this connector's id, its address.
  std::vector<std::string> recipients = {};
  /// What the server reads of a body; only shown. In bytes.
  std::size_t largest_message = std::size_t{64} * 1024 * 1024;
  /// At least this between two requests for new keys, and between two warnings, however many bad
  /// tokens come.
  std::chrono::milliseconds interval{60'000};
  std::function<std::chrono::system_clock::time_point()> now = std::chrono::system_clock::now;
};

struct CallbackPorts {
  /// Called with any body: it is read once it is safe. On the server's threads; two at once at
  /// most.
  /// @param cut the body is larger than what is read, and this its beginning
  std::function<Intake(const std::string& body, bool cut)> take;
  /// Called when a token names a key that the platform has not told us: registering again gets its
  /// keys anew.
  std::function<void()> renew_keys;
};

/// The answers are pycti's, so that workers and people see what they know; 503 is our own, and what
/// pycti answers with 400 is a 202. The worker keeps a message that got anything but 200 or 202,
/// and posts it again.
///
/// The class is thread-safe.
class Callback final {
 public:
  Callback(CallbackOptions options, CallbackPorts ports, telemetry::Log log);

  /// The keys of tokens from now on. Before the first call every request is a 503.
  void use(TokenKeys keys);
  /// The same with a JSON Web Key Set as the platform tells it. One that cannot be read leaves the
  /// keys that are known.
  void learn(std::string_view jwks);

  /// 404, 405 and 401, before the body is read; nothing for a request that may go on. 200 for GET
  /// /health, which takes no token: the process answers.
  [[nodiscard]] std::optional<net::HttpServerReply> screen(const net::HttpServerRequest& request);

  /// 202 or 503, whatever the body is: a worker that is refused posts the same again for ever, and
  /// nothing else meanwhile.
  [[nodiscard]] net::HttpServerReply answer(const net::HttpServerRequest& request);

  /// Likewise for a request whose body is over the server's limit, and has only its beginning.
  [[nodiscard]] net::HttpServerReply answer_cut(const net::HttpServerRequest& request);

 private:
  [[nodiscard]] std::optional<TokenFault> check(std::string_view token);
  void ask_for_keys();
  void report(TokenFault fault);
  /// Whether the last time is long enough ago; if so, it is now. Under the lock.
  [[nodiscard]] bool due(std::optional<std::chrono::system_clock::time_point>& last) const;

  CallbackOptions options_;
  CallbackPorts ports_;
  telemetry::Log log_;
  std::mutex mutex_;
  std::optional<TokenKeys> keys_;
  std::optional<std::chrono::system_clock::time_point> asked_;
  std::optional<std::chrono::system_clock::time_point> warned_;
};

}  // namespace opencti
