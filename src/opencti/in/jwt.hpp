// The tokens by which the platform's workers show that they speak for the platform: JSON Web
// Tokens signed with Ed25519 (opencti-graphql: platformCrypto.ts).
#pragma once

#include <array>
#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "opencti/client/error.hpp"

namespace opencti {

/// The platform's public keys, as it tells them at registration.
class TokenKeys final {
 public:
  using Key = std::array<unsigned char, 32>;

  /// None: no token is valid.
  TokenKeys() = default;

  /// Reads a JSON Web Key Set. Keys for other purposes or algorithms are left out.
  /// @returns `malformed` for what is none, is larger than 64 KiB, or holds more than 32 keys
  [[nodiscard]] static Result<TokenKeys> read(std::string_view jwks);

  /// nullptr when there is none of this id.
  [[nodiscard]] const Key* find(std::string_view id) const;
  [[nodiscard]] bool empty() const { return keys_.empty(); }

 private:
  std::vector<std::pair<std::string, Key>> keys_;
};

/// Why a token is refused.
enum class TokenFault {
  /// Not three parts of base64url, with JSON in the first two.
  malformed,
  /// Its header asks for another algorithm, or for what we do not know.
  algorithm,
  /// Signed with a key that we have not been told of.
  unknown_key,
  signature,
  /// `exp` is over or missing, or `nbf` or `iat` is to come.
  time,
  /// Not from the platform, or not for connectors.
  purpose,
  /// It names its recipients, and none of them is this connector.
  audience,
};

/// `malformed`, `wrong algorithm`, … for the log.
[[nodiscard]] std::string_view name_of(TokenFault fault);

/// Checks everything that the token says: the key alone decides the algorithm, whatever the header
/// asks for. Clocks may differ by a minute.
/// @param recipients what this connector may be called in `aud`. A token without that claim, as
/// platforms up to 7.260318 make them, is for every connector (repository.js)
/// @returns nothing for a good token.
[[nodiscard]] std::optional<TokenFault> check_token(
    std::string_view token, const TokenKeys& keys, std::chrono::system_clock::time_point now,
    const std::vector<std::string>& recipients = {});

}  // namespace opencti
