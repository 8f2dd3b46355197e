#include "settings/broker_rows.hpp"

#include "settings/engine.hpp"

namespace settings {

std::vector<Row> broker_rows(Broker& options) {
  return {
      {
          .name = "MQ_HOST",
          .title = "Broker host",
          .kind = plain_text(1, into(options.host)),
          .sample = "rabbitmq",
          .description = "Name or address of RabbitMQ.",
      },
      {
          .name = "MQ_PORT",
          .title = "Broker port",
          .kind = integer(1, 65535, into(options.port)),
          .sample = "5672",
          .description = "Port of RabbitMQ.",
      },
      {
          .name = "MQ_VHOST",
          .title = "Broker virtual host",
          .kind = plain_text(1, into(options.vhost)),
          .sample = "/",
          .description = "Virtual host on RabbitMQ.",
      },
      {
          .name = "MQ_USE_SSL",
          .title = "Broker TLS",
          .kind = boolean(into(options.use_ssl)),
          .sample = "true",
          .description = "Whether the connection to RabbitMQ uses TLS.",
      },
      {
          .name = "MQ_USER",
          .title = "Broker user",
          .kind = plain_text(1, into(options.user)),
          .sample = "opencti",
          .description = "User on RabbitMQ. Used only with MQ_HOST.",
      },
      {
          .name = "MQ_PASS",
          .title = "Broker password",
          .kind = password(into(options.pass)),
          .secret = true,
          .sample = "ChangeMe",
          .description = "Password of the RabbitMQ user. Used only with MQ_HOST, and needs "
                         "MQ_USE_SSL: it is never sent to a host that the platform names.",
      },
      {
          .name = "MQ_USE_SSL_CA",
          .title = "Broker CA",
          .kind = pem(into(options.use_ssl_ca)),
          .sample = "/etc/ssl/rabbitmq/ca.pem",
          .description = "CA certificates to trust for RabbitMQ in addition to the system's.",
      },
      {
          .name = "MQ_USE_SSL_CERT",
          .title = "Broker client certificate",
          .kind = pem(into(options.use_ssl_cert)),
          .sample = "/etc/ssl/rabbitmq/client.pem",
          .description =
              "Client certificate of the connector for RabbitMQ. It needs MQ_USE_SSL_KEY.",
      },
      {
          .name = "MQ_USE_SSL_KEY",
          .title = "Broker client key",
          .kind = pem(into(options.use_ssl_key)),
          .secret = true,
          .sample = "/etc/ssl/rabbitmq/client.key",
          .description = "Private key of the client certificate.",
      },
      {
          .name = "MQ_USE_SSL_PASSPHRASE",
          .title = "Broker key passphrase",
          .kind = password(into(options.use_ssl_passphrase)),
          .secret = true,
          .sample = "ChangeMe",
          .description = "Passphrase of the client key.",
      },
      {
          .name = "MQ_USE_SSL_REJECT_UNAUTHORIZED",
          .title = "Verify broker TLS",
          .kind = boolean(into(options.use_ssl_reject_unauthorized)),
          .default_value = "true",
          .description = "Whether RabbitMQ's certificate is verified when TLS is used.",
      },
  };
}

}  // namespace settings
