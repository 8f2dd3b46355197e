#include "net/amqp_tls.hpp"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include <array>
#include <fstream>
#include <memory>
#include <string_view>
#include <vector>

namespace net {
namespace {

struct BioDeleter {
  void operator()(BIO* bio) const { BIO_free(bio); }
};
struct CertificateDeleter {
  void operator()(X509* certificate) const { X509_free(certificate); }
};
struct KeyDeleter {
  void operator()(EVP_PKEY* key) const { EVP_PKEY_free(key); }
};
using Bio = std::unique_ptr<BIO, BioDeleter>;
using Certificate = std::unique_ptr<X509, CertificateDeleter>;
using Key = std::unique_ptr<EVP_PKEY, KeyDeleter>;

constexpr std::size_t longest_file = std::size_t{4} * 1024 * 1024;

tl::unexpected<Error> fault(std::string_view setting, std::string_view reason) {
  return failure(ErrorKind::invalid, fmt::format("TLS {}: {}", setting, reason));
}

/// OpenSSL's callback: takes a passphrase from `user`, so that it never asks on the terminal.
int give_passphrase(char* buffer, int size, int, void* user) {
  const auto& passphrase = *static_cast<const std::string*>(user);
  if (passphrase.empty() || passphrase.size() > static_cast<std::size_t>(size)) return -1;
  passphrase.copy(buffer, passphrase.size());
  return static_cast<int>(passphrase.size());
}

int give_no_passphrase(char*, int, int, void*) { return -1; }

/// OpenSSL's callback: keeps the reason of a refusal, which the library above forgets.
int note_refusal(int accepted, X509_STORE_CTX* store) {
  if (accepted == 1) return accepted;
  const auto* ssl = static_cast<const SSL*>(
      X509_STORE_CTX_get_ex_data(store, SSL_get_ex_data_X509_STORE_CTX_idx()));
  auto* refusal = static_cast<std::string*>(SSL_CTX_get_app_data(SSL_get_SSL_CTX(ssl)));
  *refusal = X509_verify_cert_error_string(X509_STORE_CTX_get_error(store));
  return accepted;
}

/// The PEM text that a setting holds or points to.
Result<std::string> pem_of(std::string_view setting, const std::string& value) {
  if (value.find("-----BEGIN") != std::string::npos) return value;
  std::ifstream file(value, std::ios::binary);
  if (!file) return fault(setting, "neither PEM text nor a file that can be read");
  std::string text(longest_file, '\0');
  file.read(text.data(), static_cast<std::streamsize>(text.size()));
  text.resize(static_cast<std::size_t>(file.gcount()));
  return text;
}

/// All certificates of a PEM text; at least one.
Result<std::vector<Certificate>> certificates_of(std::string_view setting,
                                                 const std::string& value) {
  const auto pem = pem_of(setting, value);
  if (!pem) return tl::unexpected(pem.error());
  const Bio bio(BIO_new_mem_buf(pem->data(), static_cast<int>(pem->size())));
  std::vector<Certificate> found;
  while (X509* each = PEM_read_bio_X509(bio.get(), nullptr, give_no_passphrase, nullptr)) {
    found.emplace_back(each);
  }
  const bool at_end = ERR_GET_REASON(ERR_peek_last_error()) == PEM_R_NO_START_LINE;
  ERR_clear_error();
  if (!at_end) return fault(setting, "a certificate in it is damaged");
  if (found.empty()) return fault(setting, "holds no certificate (PEM)");
  return found;
}

Result<void> trust(SSL_CTX* context, const AmqpTls& tls) {
  SSL_CTX_set_default_verify_paths(context);
  if (tls.ca.empty()) return {};
  const auto certificates = certificates_of("ca", tls.ca);
  if (!certificates) return tl::unexpected(certificates.error());
  X509_STORE* store = SSL_CTX_get_cert_store(context);
  for (const auto& each : *certificates) X509_STORE_add_cert(store, each.get());
  // What the user names is trusted as it is, also when it is not a root.
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
  if (set != 1) return fault("host", "not a name that a certificate can be for");
  return {};
}

Result<void> present(SSL_CTX* context, const AmqpTls& tls) {
  const auto chain = certificates_of("certificate", tls.certificate);
  if (!chain) return tl::unexpected(chain.error());
  if (SSL_CTX_use_certificate(context, chain->front().get()) != 1) {
    return fault("certificate", last_tls_error());
  }
  for (std::size_t i = 1; i < chain->size(); ++i) {
    SSL_CTX_add1_chain_cert(context, chain->at(i).get());
  }

  const auto pem = pem_of("key", tls.key);
  if (!pem) return tl::unexpected(pem.error());
  const Bio bio(BIO_new_mem_buf(pem->data(), static_cast<int>(pem->size())));
  std::string passphrase = tls.passphrase;
  const Key key(PEM_read_bio_PrivateKey(bio.get(), nullptr, give_passphrase, &passphrase));
  const auto reason = last_tls_error();
  if (!key && passphrase.empty() && pem->find("ENCRYPTED") != std::string::npos) {
    return fault("passphrase", "the key needs one");
  }
  if (!key && pem->find("ENCRYPTED") != std::string::npos) {
    return fault("key", fmt::format("cannot be decrypted with the passphrase ({})", reason));
  }
  if (!key) return fault("key", fmt::format("holds no private key that can be read ({})", reason));
  if (SSL_CTX_use_PrivateKey(context, key.get()) != 1 || SSL_CTX_check_private_key(context) != 1) {
    return fault("key", fmt::format("does not belong to the certificate ({})", last_tls_error()));
  }
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
    return fault(tls.key.empty() ? "key" : "certificate",
                 "missing: a certificate and its key go together");
  }
  if (!tls.certificate.empty()) return present(context, tls);
  return {};
}

std::string last_tls_error() {
  const auto code = ERR_peek_last_error();
  ERR_clear_error();
  if (code == 0) return {};
  if (const char* reason = ERR_reason_error_string(code)) return reason;
  return fmt::format("error {:#x}", code);
}

}  // namespace net
