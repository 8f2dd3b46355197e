#include "opencti/in/jwt.hpp"

#include <openssl/evp.h>

#include <algorithm>
#include <memory>

#include "text/json.hpp"

namespace opencti {
namespace {

using nlohmann::json;

constexpr std::size_t longest_jwks = std::size_t{64} * 1024;
constexpr std::size_t max_keys = 32;
/// The platform's tokens have about 300 bytes.
constexpr std::size_t longest_token = std::size_t{8} * 1024;
constexpr double leeway_seconds = 60;
constexpr std::string_view algorithm = "EdDSA";
constexpr text::JsonLimits json_limits{.size = longest_token, .depth = 8};

struct KeyDeleter {
  void operator()(EVP_PKEY* key) const { EVP_PKEY_free(key); }
};
struct ContextDeleter {
  void operator()(EVP_MD_CTX* context) const { EVP_MD_CTX_free(context); }
};

int digit_of(char c) {
  if (c >= 'A' && c <= 'Z') return c - 'A';
  if (c >= 'a' && c <= 'z') return c - 'a' + 26;
  if (c >= '0' && c <= '9') return c - '0' + 52;
  if (c == '-') return 62;
  return c == '_' ? 63 : -1;
}

/// Strict: without padding, other characters and unused bits, so that each value has one spelling.
std::optional<std::string> decode_base64url(std::string_view text) {
  constexpr unsigned bits_per_digit = 6;
  std::string out;
  unsigned held = 0;
  unsigned bits = 0;
  for (const char c : text) {
    const int digit = digit_of(c);
    if (digit < 0) return std::nullopt;
    held = (held << bits_per_digit) | static_cast<unsigned>(digit);
    bits += bits_per_digit;
    if (bits < 8) continue;
    bits -= 8;
    out += static_cast<char>((held >> bits) & 0xFFU);
    held &= (1U << bits) - 1;
  }
  if (bits >= bits_per_digit || held != 0) return std::nullopt;
  return out;
}

/// Whether the member is absent or equals this text.
bool absent_or(const json& object, std::string_view name, std::string_view text) {
  const auto& value = text::member(object, name);
  return value.is_null() || value == json(text);
}

std::optional<TokenKeys::Key> read_key(const json& key) {
  if (text::text_at(key, "kty") != "OKP" || text::text_at(key, "crv") != "Ed25519" ||
      !absent_or(key, "use", "sig") || !absent_or(key, "alg", algorithm)) {
    return std::nullopt;
  }
  const auto bytes = decode_base64url(text::text_at(key, "x"));
  TokenKeys::Key out{};
  if (!bytes || bytes->size() != out.size()) return std::nullopt;
  std::copy(bytes->begin(), bytes->end(), out.begin());
  return out;
}

bool signed_by(const TokenKeys::Key& key, std::string_view text, std::string_view signature) {
  const std::unique_ptr<EVP_PKEY, KeyDeleter> handle(
      EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, nullptr, key.data(), key.size()));
  const std::unique_ptr<EVP_MD_CTX, ContextDeleter> context(EVP_MD_CTX_new());
  const auto bytes = [](std::string_view view) {
    return reinterpret_cast<const unsigned char*>(view.data());
  };
  return handle && context &&
         EVP_DigestVerifyInit(context.get(), nullptr, nullptr, nullptr, handle.get()) == 1 &&
         EVP_DigestVerify(context.get(), bytes(signature), signature.size(), bytes(text),
                          text.size()) == 1;
}

struct Parts {
  json header;
  json claims;
  std::string signature;
  /// The signed text.
  std::string_view text;
};

std::optional<json> decode_object(std::string_view part) {
  const auto text = decode_base64url(part);
  if (!text) return std::nullopt;
  auto parsed = text::parse_json(*text, json_limits);
  if (!parsed || !parsed->is_object()) return std::nullopt;
  return std::move(*parsed);
}

std::optional<Parts> split(std::string_view token) {
  if (token.size() > longest_token) return std::nullopt;
  const auto first = token.find('.');
  const auto last = token.rfind('.');
  if (first == last) return std::nullopt;
  auto header = decode_object(token.substr(0, first));
  auto claims = decode_object(token.substr(first + 1, last - first - 1));
  auto signature = decode_base64url(token.substr(last + 1));
  if (!header || !claims || !signature) return std::nullopt;
  return Parts{std::move(*header), std::move(*claims), std::move(*signature),
               token.substr(0, last)};
}

/// Whether now is within the token's time.
bool in_time(const json& claims, std::chrono::system_clock::time_point now) {
  const double seconds = std::chrono::duration<double>(now.time_since_epoch()).count();
  const auto& expires = text::member(claims, "exp");
  if (!expires.is_number() || !(seconds < expires.get<double>() + leeway_seconds)) return false;
  for (const auto* name : {"nbf", "iat"}) {
    const auto& begins = text::member(claims, name);
    if (begins.is_null()) continue;
    if (!begins.is_number() || !(begins.get<double>() - leeway_seconds <= seconds)) return false;
  }
  return true;
}

/// RFC 7519, section 4.1.3: a text, or a list of texts. If missing: for every recipient.
bool is_for(const json& audience, const std::vector<std::string>& recipients) {
  const auto is_one = [&](const json& each) {
    return each.is_string() && std::find(recipients.begin(), recipients.end(),
                                         each.get<std::string>()) != recipients.end();
  };
  if (audience.is_array()) return std::any_of(audience.begin(), audience.end(), is_one);
  return audience.is_null() || is_one(audience);
}

}  // namespace

Result<TokenKeys> TokenKeys::read(std::string_view jwks) {
  const auto parsed = text::parse_json(jwks, {.size = longest_jwks, .depth = 8});
  if (!parsed) return failure(ErrorKind::malformed, "keys: " + parsed.error());
  const auto& list = text::member(*parsed, "keys");
  if (!list.is_array()) return failure(ErrorKind::malformed, "keys: no list of keys");
  if (list.size() > max_keys) return failure(ErrorKind::malformed, "keys: too many");
  TokenKeys out;
  for (const auto& each : list) {
    auto id = text::text_at(each, "kid");
    const auto key = read_key(each);
    if (key && !id.empty() && out.find(id) == nullptr) out.keys_.emplace_back(std::move(id), *key);
  }
  return out;
}

const TokenKeys::Key* TokenKeys::find(std::string_view id) const {
  const auto found = std::find_if(keys_.begin(), keys_.end(),
                                  [&](const auto& entry) { return entry.first == id; });
  return found == keys_.end() ? nullptr : &found->second;
}

std::string_view name_of(TokenError error) {
  switch (error) {
    case TokenError::malformed:
      return "malformed";
    case TokenError::algorithm:
      return "wrong algorithm";
    case TokenError::unknown_key:
      return "unknown key";
    case TokenError::signature:
      return "wrong signature";
    case TokenError::time:
      return "expired, or not valid yet";
    case TokenError::audience:
      return "for another connector";
    case TokenError::purpose:
      break;
  }
  return "not from OpenCTI for connectors";
}

std::optional<TokenError> check_token(std::string_view token, const TokenKeys& keys,
                                      std::chrono::system_clock::time_point now,
                                      const std::vector<std::string>& recipients) {
  const auto parts = split(token);
  if (!parts) return TokenError::malformed;
  if (text::text_at(parts->header, "alg") != algorithm || parts->header.contains("crit")) {
    return TokenError::algorithm;
  }
  const auto* key = keys.find(text::text_at(parts->header, "kid"));
  if (key == nullptr) return TokenError::unknown_key;
  if (!signed_by(*key, parts->text, parts->signature)) return TokenError::signature;
  if (!in_time(parts->claims, now)) return TokenError::time;
  if (text::text_at(parts->claims, "iss") != "opencti" ||
      text::text_at(parts->claims, "sub") != "connector") {
    return TokenError::purpose;
  }
  if (!is_for(text::member(parts->claims, "aud"), recipients)) return TokenError::audience;
  return std::nullopt;
}

}  // namespace opencti
