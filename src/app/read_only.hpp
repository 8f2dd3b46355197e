// Rejects requests to ports that allow only reading.
#pragma once

#include <optional>

#include "net/http/server.hpp"

namespace app {

/// For a handler's screen: rejects methods other than GET and HEAD (405) before the body is read,
/// so that a client that sends no body does not occupy a connection.
[[nodiscard]] std::optional<net::HttpServerReply> reject_writes(
    const net::HttpServerRequest& request);

}  // namespace app
