// The HTTP interface for the platform's workers: one path, to which they post messages with a
// token.
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

/// The result of a posted message.
enum class Intake {
  /// The connector is responsible for it from now on.
  accepted,
  /// The connector is full or stopping: the worker must post it again later.
  not_now,
};

struct CallbackOptions {
  /// `/api/callback`
  std::string path;
  /// Recipients that a token may name (`aud`): this connector's id, its address.
  std::vector<std::string> recipients = {};
  /// The server's limit of a body, for messages only. In bytes.
  std::size_t largest_message = std::size_t{64} * 1024 * 1024;
  /// Minimum interval between two requests for new keys, and between two warnings, for any number
  /// of bad tokens.
  std::chrono::milliseconds interval{60'000};
  std::function<std::chrono::system_clock::time_point()> now = std::chrono::system_clock::now;
};

struct CallbackPorts {
  /// Called with any body, which is parsed only after it is stored. On the server's threads;
  /// maximum two calls at one time.
  /// @param cut the body is larger than the limit, and this is its beginning
  std::function<Intake(const std::string& body, bool cut)> take;
  /// Called when a token names an unknown key: a registration provides the current keys.
  std::function<void()> renew_keys;
};

/// The replies are those of pycti, except 503, and 202 instead of pycti's 400. A worker keeps a
/// message after any other reply than 200 or 202, and posts it again.
///
/// The class is thread-safe.
class Callback final {
 public:
  Callback(CallbackOptions options, CallbackPorts ports, telemetry::Log log);

  /// Sets the keys of tokens. Before the first call every request gets 503.
  void use(TokenKeys keys);
  /// The same with a JSON Web Key Set from the platform. An invalid one does not change the keys.
  void learn(std::string_view jwks);

  /// Replies 404, 405 and 401 before the body is read; nothing for a valid request. Replies 200 to
  /// GET /health, without a token: the process is alive.
  [[nodiscard]] std::optional<net::HttpServerReply> screen(const net::HttpServerRequest& request);

  /// Replies 202 or 503 to any body: after a rejection the worker would post the same message again
  /// and again, and no other.
  [[nodiscard]] net::HttpServerReply answer(const net::HttpServerRequest& request);

  /// The same for a request with a body over the server's limit, which has only its beginning.
  [[nodiscard]] net::HttpServerReply answer_cut(const net::HttpServerRequest& request);

 private:
  [[nodiscard]] std::optional<TokenError> check(std::string_view token);
  void ask_for_keys();
  void report(TokenError error);
  /// Whether the interval since `last` is over; if so, sets `last` to now. Called under the lock.
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
