#include "net/amqp/probe.hpp"

#include "net/amqp/detail/connection.hpp"

namespace net {

Result<void> try_broker(const AmqpConnectionOptions& options) {
  // No message is received here.
  constexpr std::size_t no_body = 0;
  AmqpConnection::prepare_thread();
  SocketInterrupter interrupter;
  auto connection = AmqpConnection::open(options, no_body, interrupter);
  if (!connection) return tl::unexpected(connection.error());
  (*connection)->close(std::chrono::seconds(1));
  return {};
}

}  // namespace net
