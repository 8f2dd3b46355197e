// Which broker to use: what the platform told at registration, and what the settings say over it.
// User and password of the settings go to the host of the settings alone.
#pragma once

#include "net/amqp/broker.hpp"
#include "settings/settings.hpp"

namespace app {

[[nodiscard]] net::AmqpAddress broker_address(const net::AmqpAddress& told,
                                              const settings::Broker& broker);

}  // namespace app
