#include "support/tls_identity.hpp"

#include <fmt/format.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include <memory>
#include <stdexcept>

#include "support/openssl_free.hpp"

namespace support {
namespace {

using Key = std::unique_ptr<EVP_PKEY, OpensslFree<EVP_PKEY_free>>;
using Certificate = std::unique_ptr<X509, OpensslFree<X509_free>>;
using Extension = std::unique_ptr<X509_EXTENSION, OpensslFree<X509_EXTENSION_free>>;
using Memory = std::unique_ptr<BIO, OpensslFree<BIO_free>>;

void check(bool ok) {
  if (!ok) throw std::runtime_error("OpenSSL could not make a certificate");
}

void add_extension(X509* certificate, int kind, const char* value) {
  X509V3_CTX context;
  X509V3_set_ctx_nodb(&context);
  X509V3_set_ctx(&context, certificate, certificate, nullptr, nullptr, 0);
  const Extension extension(X509V3_EXT_conf_nid(nullptr, &context, kind, value));
  check(extension != nullptr && X509_add_ext(certificate, extension.get(), -1) == 1);
}

Certificate self_signed(EVP_PKEY* key) {
  Certificate certificate(X509_new());
  auto* raw = certificate.get();
  check(raw != nullptr && X509_set_version(raw, 2) == 1 &&
        ASN1_INTEGER_set(X509_get_serialNumber(raw), 1) == 1 &&
        X509_gmtime_adj(X509_getm_notBefore(raw), -3600) != nullptr &&
        X509_gmtime_adj(X509_getm_notAfter(raw), 3600) != nullptr &&
        X509_set_pubkey(raw, key) == 1);
  auto* name = X509_get_subject_name(raw);
  const auto* text = reinterpret_cast<const unsigned char*>("test server");
  check(X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC, text, -1, -1, 0) == 1 &&
        X509_set_issuer_name(raw, name) == 1);
  add_extension(raw, NID_subject_alt_name, "IP:127.0.0.1,DNS:localhost");
  add_extension(raw, NID_basic_constraints, "critical,CA:TRUE");
  check(X509_sign(raw, key, EVP_sha256()) > 0);
  return certificate;
}

std::string text_in(BIO* memory) {
  char* data = nullptr;
  const auto size = BIO_get_mem_data(memory, &data);
  return {data, static_cast<std::size_t>(size)};
}

}  // namespace

TlsIdentity make_tls_identity() {
  const Key key(EVP_EC_gen("P-256"));
  check(key != nullptr);
  const auto certificate = self_signed(key.get());
  const Memory certificate_pem(BIO_new(BIO_s_mem()));
  const Memory key_pem(BIO_new(BIO_s_mem()));
  check(PEM_write_bio_X509(certificate_pem.get(), certificate.get()) == 1);
  check(PEM_write_bio_PrivateKey(key_pem.get(), key.get(), nullptr, nullptr, 0, nullptr, nullptr) ==
        1);
  return {text_in(certificate_pem.get()), text_in(key_pem.get())};
}

std::string file_name_in_ca_folder(const TlsIdentity& identity) {
  const Memory pem(
      BIO_new_mem_buf(identity.certificate.data(), static_cast<int>(identity.certificate.size())));
  const Certificate certificate(PEM_read_bio_X509(pem.get(), nullptr, nullptr, nullptr));
  check(certificate != nullptr);
  return fmt::format("{:08x}.0", X509_subject_name_hash(certificate.get()));
}

}  // namespace support
