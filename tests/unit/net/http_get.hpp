// Requests of tests with an HttpClient.
#pragma once

#include <chrono>
#include <string>

#include "net/deadline.hpp"
#include "net/http/client.hpp"

namespace net {

/// A deadline so far away that a test has failed if it is reached.
inline Deadline patient() { return Deadline::after(std::chrono::seconds(30)); }

inline Result<HttpResponse> get(const HttpClient& client, const std::string& url) {
  return client.send({.url = url}, patient());
}

inline Result<HttpResponse> get(const std::string& url) { return get(HttpClient({}), url); }

}  // namespace net
