#include "app/read_only.hpp"

namespace app {

std::optional<net::HttpServerReply> reject_writes(const net::HttpServerRequest& request) {
  if (request.method == "GET" || request.method == "HEAD") return std::nullopt;
  return net::HttpServerReply{.status = 405,
                              .body = R"({"error":"this port can only be read"})",
                              .headers = {{"Allow", "GET, HEAD"}}};
}

}  // namespace app
