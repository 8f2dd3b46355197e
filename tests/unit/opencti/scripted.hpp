// A platform with scripted responses, for tests of GraphQL requests.
#pragma once

#include <string>

#include <nlohmann/json.hpp>

#include "opencti/client/platform.hpp"
#include "support/http_server.hpp"
#include "support/log_lines.hpp"

namespace opencti {

using namespace std::chrono_literals;
using nlohmann::json;

/// A platform with scripted responses that records the requests.
struct Scripted {
  explicit Scripted(support::HttpServer::Script script) : server(std::move(script)) {}

  static support::HttpReply data(const json& data) { return {.body = json{{"data", data}}.dump()}; }
  static support::HttpReply error(const char* code) {
    return {.body = json{{"errors",
                          {{{"message", "m"}, {"name", code}, {"extensions", {{"code", code}}}}}}}
                        .dump()};
  }

  [[nodiscard]] GraphqlOptions options() const {
    return {.url = server.url("/base/"),
            .token = "the-token",
            .custom_headers = {{"X-Team", "blue"}, {"accept", "custom"}},
            .http = {},
            .backoff = {1ms, 5ms}};
  }
  /// The variables of the nth request.
  [[nodiscard]] json variables(std::size_t n) const {
    return json::parse(server.requests().at(n).body)["variables"];
  }

  support::HttpServer server;
  GraphqlClient client{options()};
  support::LogLines lines;
  GraphqlPlatform platform{client, lines.log()};
  net::Deadline deadline = net::Deadline::after(20s);
};

}  // namespace opencti
