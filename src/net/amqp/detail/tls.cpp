#include "net/amqp/detail/tls.hpp"

#include <arpa/inet.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include <array>

#include "net/detail/tls_identity.hpp"

namespace net {
namespace {

/// OpenSSL's callback: stores the reason of a rejection, which librabbitmq does not keep.
int note_refusal(int accepted, X509_STORE_CTX* store) {
  if (accepted == 1) return accepted;
  const auto* ssl = static_cast<const SSL*>(
      X509_STORE_CTX_get_ex_data(store, SSL_get_ex_data_X509_STORE_CTX_idx()));
  auto* refusal = static_cast<std::string*>(SSL_CTX_get_app_data(SSL_get_SSL_CTX(ssl)));
  *refusal = X509_verify_cert_error_string(X509_STORE_CTX_get_error(store));
  return accepted;
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
  std::array<unsigned char, sizeof(in6_addr)> address{};
  const bool is_address = inet_pton(AF_INET, host.c_str(), address.data()) == 1 ||
                          inet_pton(AF_INET6, host.c_str(), address.data()) == 1;
  const int set = is_address ? X509_VERIFY_PARAM_set1_ip_asc(wanted, host.c_str())
                             : X509_VERIFY_PARAM_set1_host(wanted, host.data(), host.size());
  if (set != 1) return tls_fault("host", "not a name that a certificate can be for");
  return {};
}

}  // namespace

Result<void> set_up_tls(ssl_ctx_st* context, const AmqpTls& tls, const std::string& host,
                        std::string& refusal) {
  ERR_clear_error();
  SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION);
  if (tls.verify_peer) {
    SSL_CTX_set_app_data(context, &refusal);
    SSL_CTX_set_verify(context, SSL_VERIFY_PEER, note_refusal);
    if (auto done = trust(context, tls); !done) return done;
    if (auto done = require_host(context, host); !done) return done;
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
