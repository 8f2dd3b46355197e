#include "support/tokens.hpp"

#include <openssl/evp.h>

#include <array>
#include <stdexcept>

#include "support/openssl_free.hpp"

namespace support {
namespace {

constexpr std::int64_t hour = 3600;

const unsigned char* bytes_of(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}

}  // namespace

struct TokenMaker::Key {
  std::unique_ptr<EVP_PKEY, OpensslFree<EVP_PKEY_free>> pair{
      EVP_PKEY_Q_keygen(nullptr, nullptr, "ED25519")};
};

std::string base64url(std::string_view bytes) {
  std::string out(bytes.size() * 2 + 4, '\0');
  const int size = EVP_EncodeBlock(reinterpret_cast<unsigned char*>(out.data()), bytes_of(bytes),
                                   static_cast<int>(bytes.size()));
  out.resize(static_cast<std::size_t>(size));
  for (char& c : out) c = c == '+' ? '-' : c == '/' ? '_' : c;
  out.erase(out.find_last_not_of('=') + 1);
  return out;
}

TokenMaker::TokenMaker(std::string id) : id_(std::move(id)), key_(std::make_unique<Key>()) {
  if (!key_->pair) throw std::runtime_error("OpenSSL could not make a key");
}

TokenMaker::~TokenMaker() = default;

nlohmann::json TokenMaker::key() const {
  std::array<unsigned char, 32> raw{};
  std::size_t size = raw.size();
  EVP_PKEY_get_raw_public_key(key_->pair.get(), raw.data(), &size);
  const std::string_view text(reinterpret_cast<const char*>(raw.data()), size);
  return {{"kid", id_},       {"use", "sig"}, {"alg", "EdDSA"},
          {"crv", "Ed25519"}, {"kty", "OKP"}, {"x", base64url(text)}};
}

std::string TokenMaker::jwks() const {
  return nlohmann::json{{"keys", nlohmann::json::array({key()})}}.dump();
}

nlohmann::json TokenMaker::header() const {
  return {{"kid", id_}, {"alg", "EdDSA"}, {"typ", "JWT"}};
}

nlohmann::json TokenMaker::claims(std::int64_t now) {
  return {{"iss", "opencti"}, {"sub", "connector"}, {"iat", now}, {"exp", now + hour}};
}

std::string TokenMaker::token(const nlohmann::json& header, const nlohmann::json& claims) const {
  return sign(base64url(header.dump()) + "." + base64url(claims.dump()));
}

std::string TokenMaker::sign(const std::string& text) const {
  const std::unique_ptr<EVP_MD_CTX, OpensslFree<EVP_MD_CTX_free>> context(EVP_MD_CTX_new());
  std::array<unsigned char, 64> signature{};
  std::size_t size = signature.size();
  EVP_DigestSignInit(context.get(), nullptr, nullptr, nullptr, key_->pair.get());
  EVP_DigestSign(context.get(), signature.data(), &size, bytes_of(text), text.size());
  return text + "." +
         base64url(std::string_view(reinterpret_cast<const char*>(signature.data()), size));
}

}  // namespace support
