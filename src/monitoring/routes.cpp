#include "monitoring/routes.hpp"

#include <algorithm>
#include <cctype>
#include <utility>

#include "net/loopback.hpp"
#include "text/ascii.hpp"

namespace monitoring {
namespace {

using net::HttpServerReply;
using net::HttpServerRequest;

HttpServerReply rejection(int status, const char* why) {
  return {.status = status, .body = written({{"error", why}})};
}

/// Compares in constant time.
bool same(std::string_view given, std::string_view secret) {
  unsigned differs = given.size() == secret.size() ? 0U : 1U;
  for (std::size_t at = 0; at < given.size(); ++at) {
    const auto expected = static_cast<unsigned char>(secret[at % secret.size()]);
    differs |= static_cast<unsigned>(static_cast<unsigned char>(given[at]) ^ expected);
  }
  return differs == 0;
}

}  // namespace

std::vector<std::pair<std::string, std::string>> common_headers() {
  return {{"Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'"},
          {"X-Content-Type-Options", "nosniff"},
          {"X-Frame-Options", "DENY"},
          {"Referrer-Policy", "no-referrer"},
          {"Cross-Origin-Opener-Policy", "same-origin"},
          {"Cross-Origin-Resource-Policy", "same-origin"}};
}

bool is_local_host(std::string host) {
  const auto colon = host.rfind(':');
  if (colon != std::string::npos && host.find(']', colon) == std::string::npos) host.resize(colon);
  return net::is_loopback(host);
}

Routes::Routes(const source::Product& product, RoutesOptions options, RoutesSources sources)
    : product_(product), options_(std::move(options)), sources_(std::move(sources)) {
  routes_ = {
      {.path = "/livez",
       .make = [] { return HttpServerReply{.content_type = "text/plain", .body = "ok\n"}; }},
      {.path = "/readyz", .make = [this] { return ready(); }},
      {.path = "/status", .guarded = true, .make = [this] { return status(); }},
      {.path = "/",
       .make =
           [this] {
             return HttpServerReply{.content_type = "text/html; charset=utf-8",
                                    .body = page_.html,
                                    .headers = {{"Content-Security-Policy", page_.policy}}};
           }},
  };
  if (!sources_.metrics) return;
  routes_.push_back({.path = "/metrics", .guarded = true, .make = [this] {
                       return HttpServerReply{
                           .content_type = "text/plain; version=0.0.4; charset=utf-8",
                           .body = sources_.metrics()};
                     }});
}

HttpServerReply Routes::answer(const HttpServerRequest& request) const {
  const auto host = request.header("Host");
  if (options_.local_only && host && !is_local_host(*host)) {
    return rejection(403, "this port listens on the loopback address: use localhost or 127.0.0.1");
  }
  const auto route = std::find_if(routes_.begin(), routes_.end(),
                                  [&](const Route& each) { return each.path == request.path; });
  if (route == routes_.end()) return rejection(404, "not found");
  if (route->guarded && !admits(request)) {
    auto reply = rejection(401, "send the token of CONNECTOR_HTTP_TOKEN as Authorization: Bearer");
    reply.headers.emplace_back("WWW-Authenticate", "Bearer");
    return reply;
  }
  return route->make();
}

bool Routes::admits(const HttpServerRequest& request) const {
  if (options_.token.empty()) return true;
  constexpr std::string_view scheme = "bearer ";
  const auto given = request.header("Authorization").value_or("");
  return text::equal_ignoring_case(given.substr(0, scheme.size()), scheme) &&
         same(std::string_view(given).substr(scheme.size()), options_.token);
}

HttpServerReply Routes::ready() const {
  const auto state = readiness(sources_.snapshot());
  return {.status = state.ready ? 200 : 503, .body = written(readiness_document(state))};
}

HttpServerReply Routes::status() const {
  return {.body = written(
              status_document(product_, options_.about, sources_.snapshot(), sources_.journal()))};
}

}  // namespace monitoring
