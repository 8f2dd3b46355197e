// Checks whether a broker accepts the connector.
#pragma once

#include "net/amqp/broker.hpp"
#include "net/error.hpp"

namespace net {

/// Connects, logs in, opens a channel, and closes. Nothing is declared, consumed or published.
/// Waits maximum `options.connect_timeout` plus one second, without name resolution.
[[nodiscard]] Result<void> try_broker(const AmqpConnectionOptions& options);

}  // namespace net
