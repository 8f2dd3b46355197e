// Checks the tokens of the platform's workers: JSON Web Tokens signed with Ed25519
// (opencti-graphql: platformCrypto.ts).
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

/// The platform's public keys, from the registration.
class TokenKeys final {
 public:
  using Key = std::array<unsigned char, 32>;

  /// Without keys: no token is valid.
  TokenKeys() = default;

  /// Parses a JSON Web Key Set. Keys for other purposes or algorithms are ignored.
  /// @returns `malformed` if it is not a key set, is larger than 64 KiB, or has more than 32 keys
  [[nodiscard]] static Result<TokenKeys> read(std::string_view jwks);

  /// nullptr if there is no key with this id.
  [[nodiscard]] const Key* find(std::string_view id) const;
  [[nodiscard]] bool empty() const { return keys_.empty(); }

 private:
  std::vector<std::pair<std::string, Key>> keys_;
};

/// Why a token is rejected.
enum class TokenError {
  /// Not three parts of base64url, with JSON in the first two.
  malformed,
  /// Its header requires another algorithm, or an unknown extension.
  algorithm,
  /// Signed with an unknown key.
  unknown_key,
  signature,
  /// `exp` is past or missing, or `nbf` or `iat` is in the future.
  time,
  /// Not from the platform, or not for connectors.
  purpose,
  /// It names recipients without this connector.
  audience,
};

/// `malformed`, `wrong algorithm`, … for the log.
[[nodiscard]] std::string_view name_of(TokenError error);

/// Checks all claims of the token. The key determines the algorithm, not the header. Clocks may
/// differ by a minute.
/// @param recipients names of this connector in `aud`. A token without that claim, as from
/// platforms up to 7.260318, is for every connector (repository.js)
/// @returns nothing for a valid token
[[nodiscard]] std::optional<TokenError> check_token(
    std::string_view token, const TokenKeys& keys, std::chrono::system_clock::time_point now,
    const std::vector<std::string>& recipients = {});

}  // namespace opencti
