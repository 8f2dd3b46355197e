#include "monitoring/page.hpp"

#include <fmt/format.h>
#include <openssl/evp.h>
#include <openssl/sha.h>

#include <array>
#include <string_view>

#include "monitoring/page_parts.hpp"

namespace monitoring {
namespace {

/// As a policy names a script or a style: `'sha256-…'`.
std::string source_of(std::string_view text) {
  std::array<unsigned char, SHA256_DIGEST_LENGTH> digest{};
  SHA256(reinterpret_cast<const unsigned char*>(text.data()), text.size(), digest.data());
  // Four characters for each three bytes, and a zero.
  std::array<unsigned char, 4 * ((SHA256_DIGEST_LENGTH + 2) / 3) + 1> encoded{};
  const int length =
      EVP_EncodeBlock(encoded.data(), digest.data(), static_cast<int>(digest.size()));
  return fmt::format("'sha256-{}'", std::string_view(reinterpret_cast<const char*>(encoded.data()),
                                                     static_cast<std::size_t>(length)));
}

void put(std::string& document, std::string_view mark, std::string_view text) {
  document.replace(document.find(mark), mark.size(), text);
}

}  // namespace

Page status_page() {
  Page page{.html = std::string(page_parts::document)};
  put(page.html, "/* page.css */", page_parts::style);
  put(page.html, "/* page.js */", page_parts::script);
  page.policy = fmt::format(
      "default-src 'none'; script-src {}; style-src {}; img-src data:; connect-src 'self'; "
      "base-uri 'none'; form-action 'none'; frame-ancestors 'none'; "
      "require-trusted-types-for 'script'; trusted-types 'none'",
      source_of(page_parts::script), source_of(page_parts::style));
  return page;
}

}  // namespace monitoring
