// Tokens and keys as the platform generates them, valid and invalid ones.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include <nlohmann/json.hpp>

namespace support {

[[nodiscard]] std::string base64url(std::string_view bytes);

/// An Ed25519 key with an id.
class TokenMaker final {
 public:
  explicit TokenMaker(std::string id = "0123456789abcdef");
  ~TokenMaker();
  TokenMaker(const TokenMaker&) = delete;
  TokenMaker& operator=(const TokenMaker&) = delete;

  /// The public key, as an entry of a key set.
  [[nodiscard]] nlohmann::json key() const;
  /// A key set with only this key.
  [[nodiscard]] std::string jwks() const;

  /// {"kid": …, "alg": "EdDSA", "typ": "JWT"}
  [[nodiscard]] nlohmann::json header() const;
  /// The claims of a token that the platform issues at `now` (in seconds), valid for an hour.
  [[nodiscard]] static nlohmann::json claims(std::int64_t now);

  /// Signs a token, whatever its content.
  [[nodiscard]] std::string token(const nlohmann::json& header, const nlohmann::json& claims) const;
  [[nodiscard]] std::string token(std::int64_t now) const { return token(header(), claims(now)); }
  /// Returns any text with its signature.
  [[nodiscard]] std::string sign(const std::string& text) const;

 private:
  struct Key;
  std::string id_;
  std::unique_ptr<Key> key_;
};

}  // namespace support
