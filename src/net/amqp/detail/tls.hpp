// Whom a TLS connection to the broker trusts, and who it says it is. OpenSSL appears in
// tls.cpp only.
#pragma once

#include <string>

#include "net/amqp/broker.hpp"
#include "net/error.hpp"

struct ssl_ctx_st;

namespace net {

/// Sets the context up: at least TLS 1.2; the system's certificates and `tls.ca` are trusted; the
/// broker's certificate must be for `host`, a DNS name or an IP address; ours is presented.
///
/// @param refusal where the handshake will write why it refused the broker's certificate; must
/// live as long as the context.
/// @returns `invalid` for key material that cannot be read or used. The message says which setting
/// is at fault and quotes nothing of its value: it could be the key itself.
[[nodiscard]] Result<void> set_up_tls(ssl_ctx_st* context, const AmqpTls& tls,
                                      const std::string& host, std::string& refusal);

}  // namespace net
