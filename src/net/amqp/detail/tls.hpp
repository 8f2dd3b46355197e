// Trust and identity of a TLS connection to the broker. OpenSSL appears in tls.cpp only.
#pragma once

#include <string>

#include "net/amqp/broker.hpp"
#include "net/error.hpp"

struct ssl_ctx_st;

namespace net {

/// Configures the context: minimum TLS 1.2; trusts the system's certificates and `tls.ca`; the
/// broker's certificate must be for `host`, a DNS name or an IP address; presents our certificate.
///
/// @param refusal the handshake writes here why it rejected the broker's certificate; must outlive
/// the context
/// @returns `invalid` for key material that cannot be read or used. The message names the setting
/// and never quotes its value, which could be the key itself
[[nodiscard]] Result<void> set_up_tls(ssl_ctx_st* context, const AmqpTls& tls,
                                      const std::string& host, std::string& refusal);

}  // namespace net
