// Any bytes as a token, and as a key set: only the one valid token is accepted, byte for byte.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "fuzz/tokens.hpp"
#include "opencti/in/jwt.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  static const auto keys = *opencti::TokenKeys::read(fuzz::jwks);
  const auto fault = opencti::check_token(text, keys, fuzz::now);
  if (fault.has_value() == (text == fuzz::good_token)) std::abort();
  if (fault && opencti::name_of(*fault).empty()) std::abort();

  const auto line = text.find('\n');
  const auto other = opencti::TokenKeys::read(text.substr(0, line));
  if (!other && other.error().message.empty()) std::abort();
  if (other && line != std::string_view::npos) {
    static_cast<void>(opencti::check_token(text.substr(line + 1), *other, fuzz::now));
  }
  return 0;
}
