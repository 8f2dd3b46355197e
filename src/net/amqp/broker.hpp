// What a consumer and a publisher of AMQP 0-9-1 share: where the broker is, and how to trust it.
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
  /// Trusted besides the system's certificates.
  std::string ca;
  std::string certificate;
  std::string key;
  /// Of the key; may be empty.
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
  /// Of the program; shown there as well, and in the broker's log.
  std::string product;
  std::string version;
  /// At least one second. A peer that is silent for twice as long is given up.
  std::chrono::seconds heartbeat{10};
  /// For everything up to a usable channel: name resolution apart, which the system bounds.
  std::chrono::milliseconds connect_timeout{10'000};

  bool operator==(const AmqpConnectionOptions&) const = default;
};

/// The library behind consumer and publisher, for people: `librabbitmq 0.11.0`.
[[nodiscard]] std::string amqp_library();

/// Names one delivery. Only valid on the connection that it came by: after a reconnect the broker
/// delivers the message again, with a new tag.
struct DeliveryTag {
  std::uint64_t connection = 0;
  std::uint64_t number = 0;
  bool operator==(const DeliveryTag&) const = default;
};

/// What becomes of a message that was delivered and is not settled.
enum class Holding {
  /// It is in our hands, or its connection broke just now: whether it comes again is not known yet.
  ours,
  /// The broker has taken it back, and delivers it again.
  taken_back,
  /// The broker does not have it any more, as its queue is gone: nobody will deliver it again.
  gone,
};

/// How it stands with the broker. Neither: nothing has been tried yet.
struct AmqpState {
  /// What was tried last succeeded.
  bool up = false;
  /// Why it did not, and what to do.
  std::string problem;
};

}  // namespace net
