#include "opencti/in/callback.hpp"

#include <algorithm>

namespace opencti {
namespace {

/// Where pycti answers probes.
constexpr std::string_view health_path = "/health";

net::HttpServerReply reply(int status, std::string_view body) {
  return {.status = status, .body = std::string(body)};
}

net::HttpServerReply received() {
  return reply(202, R"({"message":"Message successfully received"})");
}

net::HttpServerReply come_again() {
  auto later = reply(503, R"({"error":"Not now, retry later"})");
  later.headers.emplace_back("Retry-After", "10");
  return later;
}

bool same_letters(std::string_view text, std::string_view lower) {
  return std::equal(text.begin(), text.end(), lower.begin(), lower.end(), [](char a, char b) {
    return (a >= 'A' && a <= 'Z' ? static_cast<char>(a - 'A' + 'a') : a) == b;
  });
}

/// The token after `Bearer `; empty for another header.
std::string_view token_in(std::string_view authorization) {
  const auto space = authorization.find(' ');
  if (space == std::string_view::npos || !same_letters(authorization.substr(0, space), "bearer")) {
    return {};
  }
  return authorization.substr(space + 1);
}

}  // namespace

Callback::Callback(CallbackOptions options, CallbackPorts ports, telemetry::Log log)
    : options_(std::move(options)), ports_(std::move(ports)), log_(std::move(log)) {}

void Callback::use(TokenKeys keys) {
  if (keys.empty()) {
    log_.error("The platform provided no signing key; worker requests are rejected",
               {{"advice", "use CONNECTOR_LISTEN_PROTOCOL=amqp, or OpenCTI 7 or newer"}});
  }
  const std::lock_guard lock(mutex_);
  keys_ = std::move(keys);
}

void Callback::learn(std::string_view jwks) {
  auto keys = TokenKeys::read(jwks);
  if (keys) return use(std::move(*keys));
  bool known = false;
  {
    const std::lock_guard lock(mutex_);
    known = keys_ && !keys_->empty();
  }
  if (known) {
    return log_.warning("The platform's new keys cannot be read, continuing with the previous ones",
                        {{"reason", keys.error().message}});
  }
  log_.error("The platform's keys cannot be read", {{"reason", keys.error().message}});
  use({});
}

std::optional<net::HttpServerReply> Callback::screen(const net::HttpServerRequest& request) {
  if (request.path == health_path && (request.method == "GET" || request.method == "HEAD")) {
    return reply(200, R"({"status":"ok"})");
  }
  if (request.path != options_.path) return reply(404, R"({"error":"Not found"})");
  if (request.method != "POST") {
    auto rejected = reply(405, R"({"error":"Method not allowed"})");
    rejected.headers.emplace_back("Allow", "POST");
    return rejected;
  }
  {
    const std::lock_guard lock(mutex_);
    if (!keys_) return come_again();
  }
  const auto authorization = request.header("authorization").value_or("");
  const auto error = check(token_in(authorization));
  if (!error) return std::nullopt;
  report(*error);
  return reply(401, R"({"error":"Invalid credentials"})");
}

net::HttpServerReply Callback::answer(const net::HttpServerRequest& request) {
  return ports_.take(request.body, false) == Intake::not_now ? come_again() : received();
}

net::HttpServerReply Callback::answer_cut(const net::HttpServerRequest& request) {
  if (ports_.take(request.body, true) == Intake::not_now) return come_again();
  log_.error("A message is too large: only its beginning is read",
             {{"bytes", request.header("content-length").value_or("unknown")},
              {"limit", options_.largest_message}});
  return received();
}

std::optional<TokenError> Callback::check(std::string_view token) {
  const std::lock_guard lock(mutex_);
  const auto error = check_token(token, *keys_, options_.now(), options_.recipients);
  if (error == TokenError::unknown_key) ask_for_keys();
  return error;
}

void Callback::report(TokenError error) {
  bool first = false;
  {
    const std::lock_guard lock(mutex_);
    first = due(warned_);
  }
  log_.line(first ? telemetry::Level::warning : telemetry::Level::debug,
            "A request without a valid token was rejected", {{"reason", name_of(error)}});
}

bool Callback::due(std::optional<std::chrono::system_clock::time_point>& last) const {
  const auto now = options_.now();
  if (last && now >= *last && now - *last < options_.interval) return false;
  last = now;
  return true;
}

void Callback::ask_for_keys() {
  if (!due(asked_)) return;
  log_.warning("A token names an unknown key, requesting the platform's keys again");
  ports_.renew_keys();
}

}  // namespace opencti
