// What the ports that are only read turn away.
#pragma once

#include <optional>

#include "net/http/server.hpp"

namespace app {

/// For a handler's screen: whatever is neither GET nor HEAD is refused (405) before its body is
/// read, so that nobody holds a place of others by sending none.
[[nodiscard]] std::optional<net::HttpServerReply> refuse_to_write(
    const net::HttpServerRequest& request);

}  // namespace app
