#include "text/digest.hpp"

#include <openssl/evp.h>

#include <array>
#include <stdexcept>

namespace text {
namespace {

const unsigned char* bytes_of(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}

std::string digest_of(std::string_view bytes, const std::string& algorithm) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  std::size_t size = 0;
  if (EVP_Q_digest(nullptr, algorithm.c_str(), nullptr, bytes.data(), bytes.size(), digest.data(),
                   &size) != 1) {
    throw std::runtime_error("OpenSSL has no " + algorithm);
  }
  return {digest.begin(), digest.begin() + size};
}

}  // namespace

std::string sha256(std::string_view bytes) { return digest_of(bytes, "SHA-256"); }

std::string sha1(std::string_view bytes) { return digest_of(bytes, "SHA-1"); }

std::string hex(std::string_view bytes) {
  constexpr std::string_view digits = "0123456789abcdef";
  constexpr unsigned low = 0xF;
  std::string out;
  out.reserve(2 * bytes.size());
  for (const char c : bytes) {
    const auto byte = static_cast<unsigned char>(c);
    out += digits[byte >> 4U];
    out += digits[byte & low];
  }
  return out;
}

std::string base64(std::string_view bytes) {
  // Four characters for each three bytes, and the terminator that OpenSSL writes.
  std::string out((bytes.size() + 2) / 3 * 4 + 1, '\0');
  const auto length = EVP_EncodeBlock(reinterpret_cast<unsigned char*>(out.data()), bytes_of(bytes),
                                      static_cast<int>(bytes.size()));
  out.resize(static_cast<std::size_t>(length));
  return out;
}

}  // namespace text
