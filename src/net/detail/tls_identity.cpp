#include "net/detail/tls_identity.hpp"

#include <fmt/format.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>

#include "os/regular_file.hpp"

namespace net {
namespace {

struct BioDeleter {
  void operator()(BIO* bio) const { BIO_free(bio); }
};
struct KeyDeleter {
  void operator()(EVP_PKEY* key) const { EVP_PKEY_free(key); }
};
using Bio = std::unique_ptr<BIO, BioDeleter>;
using Key = std::unique_ptr<EVP_PKEY, KeyDeleter>;

/// OpenSSL's callback: takes a passphrase from `user`, so that it never asks on the terminal.
int give_passphrase(char* buffer, int size, int, void* user) {
  const auto& passphrase = *static_cast<const std::string*>(user);
  if (passphrase.empty() || passphrase.size() > static_cast<std::size_t>(size)) return -1;
  passphrase.copy(buffer, passphrase.size());
  return static_cast<int>(passphrase.size());
}

int give_no_passphrase(char*, int, int, void*) { return -1; }

/// The PEM text in a setting, or in the file that it names.
Result<std::string> pem_of(std::string_view setting, const std::string& value) {
  if (value.find("-----BEGIN") != std::string::npos) return value;
  auto text = os::read_regular_file(value, longest_certificate_file);
  if (text) return std::move(*text);
  return tls_fault(
      setting, fmt::format("neither PEM text nor a file that can be read: it {}", text.error()));
}

}  // namespace

void CertificateDeleter::operator()(x509_st* certificate) const { X509_free(certificate); }

tl::unexpected<Error> tls_fault(std::string_view setting, std::string_view reason) {
  return failure(ErrorKind::invalid, fmt::format("TLS {}: {}", setting, reason));
}

Result<std::vector<Certificate>> read_certificates(std::string_view setting,
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
  if (!at_end) return tls_fault(setting, "a certificate in it is damaged");
  if (found.empty()) return tls_fault(setting, "holds no certificate (PEM)");
  return found;
}

Result<void> present_identity(ssl_ctx_st* context, const std::string& certificate,
                              const std::string& key_pem, std::string passphrase) {
  const auto chain = read_certificates("certificate", certificate);
  if (!chain) return tl::unexpected(chain.error());
  if (SSL_CTX_use_certificate(context, chain->front().get()) != 1) {
    return tls_fault("certificate", last_tls_error());
  }
  for (std::size_t i = 1; i < chain->size(); ++i) {
    SSL_CTX_add1_chain_cert(context, chain->at(i).get());
  }

  const auto pem = pem_of("key", key_pem);
  if (!pem) return tl::unexpected(pem.error());
  const Bio bio(BIO_new_mem_buf(pem->data(), static_cast<int>(pem->size())));
  const Key key(PEM_read_bio_PrivateKey(bio.get(), nullptr, give_passphrase, &passphrase));
  const auto reason = last_tls_error();
  if (!key && passphrase.empty() && pem->find("ENCRYPTED") != std::string::npos) {
    return tls_fault("passphrase", "the key needs one");
  }
  if (!key && pem->find("ENCRYPTED") != std::string::npos) {
    return tls_fault("key", fmt::format("cannot be decrypted with the passphrase ({})", reason));
  }
  if (!key)
    return tls_fault("key", fmt::format("holds no private key that can be read ({})", reason));
  if (SSL_CTX_use_PrivateKey(context, key.get()) != 1 || SSL_CTX_check_private_key(context) != 1) {
    return tls_fault("key",
                     fmt::format("does not belong to the certificate ({})", last_tls_error()));
  }
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
