// Types that the consumer and the publisher of AMQP 0-9-1 share: the broker's address, and TLS.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

namespace net {

/// Each of `ca`, `certificate` and `key` is a file path or PEM text (`-----BEGIN …`), or empty.
struct AmqpTls {
  /// false: the broker's certificate is not verified.
  bool verify_peer = true;
  /// Trusted in addition to the system's certificates.
  std::string ca;
  std::string certificate;
  std::string key;
  /// The passphrase of the key; may be empty.
  std::string passphrase;

  bool operator==(const AmqpTls&) const = default;
};

struct AmqpAddress {
  /// Name or IP address; with TLS the certificate must be for it.
  std::string host;
  std::uint16_t port = 5672;
  std::string vhost = "/";
  std::string user;
  std::string password;
  std::optional<AmqpTls> tls;

  bool operator==(const AmqpAddress&) const = default;
};

struct AmqpConnectionOptions {
  AmqpAddress address;
  /// Shown in the broker's management page, e.g. "kaspersky-enrichment consumer".
  std::string name;
  /// Name of the program; shown there too, and in the broker's log.
  std::string product;
  std::string version;
  /// Minimum one second. The connection to a peer that is silent for twice as long is closed.
  std::chrono::seconds heartbeat{10};
  /// For all steps until the channel is usable.
  std::chrono::milliseconds connect_timeout{10'000};

  bool operator==(const AmqpConnectionOptions&) const = default;
};

/// The library behind consumer and publisher, for people: `librabbitmq 0.11.0`.
[[nodiscard]] std::string amqp_library();

/// Identifies one delivery, valid only on its connection: after a reconnect the broker delivers the
/// message again, with a new tag.
struct DeliveryTag {
  std::uint64_t connection = 0;
  std::uint64_t number = 0;
  bool operator==(const DeliveryTag&) const = default;
};

/// State of a message that was delivered and is not settled.
enum class DeliveryState {
  /// The consumer holds it; or its connection broke just now, and it is not known yet whether it
  /// comes again.
  held,
  /// The broker has taken it back, and delivers it again, if its queue was not deleted and declared
  /// again, or emptied, meanwhile.
  requeued,
  /// The broker does not have it any more, because its queue was deleted: it will not be delivered
  /// again.
  gone,
};

/// State of the connection to the broker. Neither up nor a problem: nothing was tried yet.
struct AmqpState {
  /// The last operation succeeded.
  bool up = false;
  /// Why the last operation failed, and what to do.
  std::string problem;
};

}  // namespace net
