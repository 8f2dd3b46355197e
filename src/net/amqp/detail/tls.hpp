// Trust and identity of a TLS connection to the broker. OpenSSL appears in tls.cpp only.
#pragma once

#include <string>

#include "net/amqp/broker.hpp"
#include "net/error.hpp"

struct ssl_ctx_st;

namespace net {

/// What a handshake reads and writes. Must outlive the context.
struct TlsHandshake {
  /// A DNS name, which is sent to the broker (SNI), also when librabbitmq connects to its address;
  /// or an IP address, for which no name is sent (RFC 6066, 3).
  std::string host;
  /// Why the broker's certificate was rejected, a text that stays valid; nullptr: it was not.
  const char* rejected = nullptr;
};

/// Configures the context: minimum TLS 1.2; trusts the system's certificates and `tls.ca`; the
/// broker's certificate must be for `handshake.host`; presents our certificate.
///
/// @returns `invalid` for key material that cannot be read or used. The message names the setting
/// and never quotes its value, which could be the key itself
[[nodiscard]] Result<void> set_up_tls(ssl_ctx_st* context, const AmqpTls& tls,
                                      TlsHandshake& handshake);

}  // namespace net
