// A key and a token signed with it, generated once. The private key no longer exists.
#pragma once

#include <chrono>
#include <string_view>

namespace fuzz {

inline constexpr std::string_view jwks =
    R"({"keys":[{"kid":"327d5427fbe7d801","use":"sig","alg":"EdDSA","crv":"Ed25519","kty":"OKP","x":"sG_HSxmJKBmKupmF9y0RyvJIX547SDDwVF-pU7I59ik"}]})";

inline constexpr std::string_view good_token =
    "eyJraWQiOiIzMjdkNTQyN2ZiZTdkODAxIiwiYWxnIjoiRWREU0EiLCJ0eXAiOiJKV1QifQ."
    "eyJpc3MiOiJvcGVuY3RpIiwic3ViIjoiY29ubmVjdG9yIiwiaWF0IjoxODAwMDAwMDAwLCJleHAiOjE4MDAwMDM2MDB9."
    "KRnKKPCInr14ZYtnU4UUJsPEGPtoIx6wqFL28SYG05xwNucw5Y43T9g8qK6isYtVSYnZM2ygkdoiC8xpI_eLAQ";

/// The time at which the token is valid.
inline const std::chrono::system_clock::time_point now{std::chrono::seconds(1'800'000'060)};

}  // namespace fuzz
