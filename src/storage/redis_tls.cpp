#include "storage/redis_tls.hpp"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include <stdexcept>
#include <vector>

#include "os/regular_file.hpp"

namespace storage {
namespace {

struct FreeObject {
  void operator()(BIO* bio) const { BIO_free(bio); }
  void operator()(X509* certificate) const { X509_free(certificate); }
  void operator()(EVP_PKEY* key) const { EVP_PKEY_free(key); }
};
template <class T>
using Owned = std::unique_ptr<T, FreeObject>;

constexpr std::size_t longest_file = std::size_t{4} * 1024 * 1024;

/// Keeps OpenSSL from asking for a passphrase on the terminal.
int give_no_passphrase(char*, int, int, void*) { return -1; }

[[noreturn]] void fail(std::string_view part, std::string_view reason) {
  ERR_clear_error();
  throw std::runtime_error(fmt::format("TLS {} for Redis: {}", part, reason));
}

/// Opens `value`: PEM text, or the path of a PEM file.
Owned<BIO> open_pem(std::string_view part, const std::string& value) {
  auto pem = value;
  if (value.find("-----BEGIN") == std::string::npos) {
    auto content = os::read_regular_file(value, longest_file);
    if (!content) fail(part, "neither PEM text nor a readable file: the file " + content.error());
    pem = std::move(*content);
  }
  Owned<BIO> bio(BIO_new(BIO_s_mem()));
  if (!bio || BIO_write(bio.get(), pem.data(), static_cast<int>(pem.size())) !=
                  static_cast<int>(pem.size())) {
    fail(part, "is empty");
  }
  return bio;
}

std::vector<Owned<X509>> read_certificates(std::string_view part, const std::string& value) {
  const auto bio = open_pem(part, value);
  std::vector<Owned<X509>> found;
  while (X509* each = PEM_read_bio_X509(bio.get(), nullptr, give_no_passphrase, nullptr)) {
    found.emplace_back(each);
  }
  if (ERR_GET_REASON(ERR_peek_last_error()) != PEM_R_NO_START_LINE) {
    fail(part, "a certificate in it is damaged");
  }
  ERR_clear_error();
  if (found.empty()) fail(part, "holds no certificate (PEM)");
  return found;
}

void trust(SSL_CTX* context, const std::string& ca) {
  if (ca.empty()) {
    SSL_CTX_set_default_verify_paths(context);
    return;
  }
  for (const auto& each : read_certificates("ca", ca)) {
    X509_STORE_add_cert(SSL_CTX_get_cert_store(context), each.get());
  }
}

void present(SSL_CTX* context, const std::string& certificate, const std::string& key_value) {
  const auto chain = read_certificates("certificate", certificate);
  if (SSL_CTX_use_certificate(context, chain.front().get()) != 1) {
    fail("certificate", "is rejected by OpenSSL");
  }
  for (std::size_t i = 1; i < chain.size(); ++i) {
    SSL_CTX_add1_chain_cert(context, chain[i].get());
  }
  if (key_value.empty()) fail("key", "is missing: the certificate needs one");
  const auto bio = open_pem("key", key_value);
  const Owned<EVP_PKEY> key(
      PEM_read_bio_PrivateKey(bio.get(), nullptr, give_no_passphrase, nullptr));
  if (!key) fail("key", "holds no private key without a passphrase (PEM)");
  if (SSL_CTX_use_PrivateKey(context, key.get()) != 1 || SSL_CTX_check_private_key(context) != 1) {
    fail("key", "does not belong to the certificate");
  }
}

}  // namespace

void RedisTls::Free::operator()(ssl_ctx_st* context) const { SSL_CTX_free(context); }
void RedisTls::Free::operator()(ssl_st* session) const { SSL_free(session); }

RedisTls::RedisTls(const RedisAddress& address) : context_(SSL_CTX_new(TLS_client_method())) {
  if (!context_) fail("library", "OpenSSL cannot be used");
  SSL_CTX_set_min_proto_version(context_.get(), TLS1_2_VERSION);
  SSL_CTX_set_verify(context_.get(), SSL_VERIFY_PEER, nullptr);
  trust(context_.get(), address.ca);
  if (!address.certificate.empty()) present(context_.get(), address.certificate, address.key);
}

RedisTls::Session RedisTls::session(const std::string& host) const {
  Session session(SSL_new(context_.get()));
  if (!session) return session;
  in6_addr unused{};
  const bool is_ip = inet_pton(AF_INET, host.c_str(), &unused) == 1 ||
                     inet_pton(AF_INET6, host.c_str(), &unused) == 1;
  // As SSL_set_tlsext_host_name(), without its cast.
  const auto name_server = [&] {
    return SSL_ctrl(session.get(), SSL_CTRL_SET_TLSEXT_HOSTNAME, TLSEXT_NAMETYPE_host_name,
                    const_cast<char*>(host.c_str())) == 1;
  };
  const bool set =
      is_ip ? X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(session.get()), host.c_str()) == 1
            : SSL_set1_host(session.get(), host.c_str()) == 1 && name_server();
  if (!set) session.reset();
  return session;
}

}  // namespace storage
