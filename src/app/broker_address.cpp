#include "app/broker_address.hpp"

namespace app {

net::AmqpAddress broker_address(const net::AmqpAddress& told, const settings::Broker& broker) {
  net::AmqpAddress address;
  address.host = broker.host.value_or(told.host);
  address.port = broker.port.value_or(told.port);
  address.vhost = broker.vhost.value_or(told.vhost);
  // Whoever can name the host would get what the settings hold for another one.
  const bool own_host = broker.host.has_value();
  address.user = own_host ? broker.user.value_or(told.user) : told.user;
  address.password = own_host ? broker.pass.value_or(told.password) : told.password;
  if (broker.use_ssl.value_or(told.tls.has_value())) {
    address.tls = net::AmqpTls{.verify_peer = broker.use_ssl_reject_unauthorized,
                               .ca = broker.use_ssl_ca,
                               .certificate = broker.use_ssl_cert,
                               .key = broker.use_ssl_key,
                               .passphrase = broker.use_ssl_passphrase};
  }
  return address;
}

}  // namespace app
