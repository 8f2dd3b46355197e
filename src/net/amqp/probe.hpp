// Whether a broker takes us.
#pragma once

#include "net/amqp/broker.hpp"
#include "net/error.hpp"

namespace net {

/// Connects, logs in, opens a channel, and leaves again. Nothing is declared, taken or published.
/// Waits for `options.connect_timeout` and a second more at most; name resolution apart.
[[nodiscard]] Result<void> try_broker(const AmqpConnectionOptions& options);

}  // namespace net
