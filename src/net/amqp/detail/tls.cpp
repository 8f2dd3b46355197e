#include "net/amqp/detail/tls.hpp"

#include <arpa/inet.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include <array>

#include "net/detail/tls_identity.hpp"

namespace net {
namespace {

TlsHandshake& handshake_of(const SSL* ssl) {
  return *static_cast<TlsHandshake*>(SSL_CTX_get_app_data(SSL_get_SSL_CTX(ssl)));
}

/// OpenSSL's callback: stores the reason of a rejection, which librabbitmq does not keep. It must
/// not throw: it stores OpenSSL's own constant.
int note_refusal(int accepted, X509_STORE_CTX* store) {
  if (accepted == 1) return accepted;
  const auto* ssl = static_cast<const SSL*>(
      X509_STORE_CTX_get_ex_data(store, SSL_get_ex_data_X509_STORE_CTX_idx()));
  handshake_of(ssl).rejected = X509_verify_cert_error_string(X509_STORE_CTX_get_error(store));
  return accepted;
}

bool is_address(const std::string& host) {
  std::array<unsigned char, sizeof(in6_addr)> address{};
  return inet_pton(AF_INET, host.c_str(), address.data()) == 1 ||
         inet_pton(AF_INET6, host.c_str(), address.data()) == 1;
}

/// OpenSSL's callback, before its first message is written: librabbitmq would send as the name what
/// it connects to, which is an address.
void send_host_name(const SSL* ssl, int where, int /*result*/) {
  if ((where & SSL_CB_HANDSHAKE_START) == 0) return;
  auto& host = handshake_of(ssl).host;
  // SSL_set_tlsext_host_name(), which is a macro with a cast.
  SSL_ctrl(const_cast<SSL*>(ssl), SSL_CTRL_SET_TLSEXT_HOSTNAME, TLSEXT_NAMETYPE_host_name,
           is_address(host) ? nullptr : host.data());
}

Result<void> trust(SSL_CTX* context, const AmqpTls& tls) {
  SSL_CTX_set_default_verify_paths(context);
  if (tls.ca.empty()) return {};
  const auto certificates = read_certificates("ca", tls.ca);
  if (!certificates) return tl::unexpected(certificates.error());
  X509_STORE* store = SSL_CTX_get_cert_store(context);
  for (const auto& each : *certificates) X509_STORE_add_cert(store, each.get());
  // Certificates that the user names are trusted even if they are not roots.
  X509_STORE_set_flags(store, X509_V_FLAG_PARTIAL_CHAIN);
  return {};
}

Result<void> require_host(SSL_CTX* context, const std::string& host) {
  X509_VERIFY_PARAM* wanted = SSL_CTX_get0_param(context);
  const int set = is_address(host) ? X509_VERIFY_PARAM_set1_ip_asc(wanted, host.c_str())
                                   : X509_VERIFY_PARAM_set1_host(wanted, host.data(), host.size());
  if (set != 1) return tls_fault("host", "not a name that a certificate can be for");
  return {};
}

}  // namespace

Result<void> set_up_tls(ssl_ctx_st* context, const AmqpTls& tls, TlsHandshake& handshake) {
  ERR_clear_error();
  SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION);
  SSL_CTX_set_app_data(context, &handshake);
  SSL_CTX_set_info_callback(context, send_host_name);
  if (tls.verify_peer) {
    SSL_CTX_set_verify(context, SSL_VERIFY_PEER, note_refusal);
    if (auto done = trust(context, tls); !done) return done;
    if (auto done = require_host(context, handshake.host); !done) return done;
  }
  if (tls.certificate.empty() != tls.key.empty()) {
    return tls_fault(tls.key.empty() ? "key" : "certificate",
                     "missing: a certificate and its key go together");
  }
  if (!tls.certificate.empty()) {
    return present_identity(context, tls.certificate, tls.key, tls.passphrase);
  }
  return {};
}

}  // namespace net
