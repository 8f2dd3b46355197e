#include "settings/settings.hpp"

#include <algorithm>
#include <charconv>
#include <string_view>

namespace settings {
namespace {

std::string percent_decoded(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    unsigned char byte = 0;
    const auto* digits = text.data() + i + 1;
    if (text[i] == '%' && i + 2 < text.size() &&
        std::from_chars(digits, digits + 2, byte, 16).ptr == digits + 2) {
      out += static_cast<char>(byte);
      i += 2;
    } else {
      out += text[i];
    }
  }
  return out;
}

/// What stands before the @ of a proxy address: the password in both spellings and, since some
/// proxies take a bare token there, the user name where it stands alone.
std::vector<std::string> credentials_of(std::string_view proxy) {
  const auto scheme = proxy.find("://");
  if (scheme != std::string_view::npos) proxy.remove_prefix(scheme + 3);
  const auto at = proxy.rfind('@');
  if (at == std::string_view::npos) return {};
  const auto user_and_password = proxy.substr(0, at);
  const auto colon = user_and_password.find(':');
  const auto secret =
      colon == std::string_view::npos ? user_and_password : user_and_password.substr(colon + 1);
  return {std::string(user_and_password), std::string(secret), percent_decoded(secret)};
}

}  // namespace

std::vector<std::string> secrets(const Settings& settings) {
  std::vector<std::string> found{settings.opencti.token,
                                 settings.kaspersky.api_key,
                                 settings.mq.pass.value_or(""),
                                 settings.mq.use_ssl_passphrase,
                                 settings.s3.secret_key.value_or(""),
                                 settings.listening.ssl_passphrase,
                                 settings.monitoring.token};
  if (settings.mq.use_ssl_key.find("-----BEGIN") != std::string::npos) {
    found.push_back(settings.mq.use_ssl_key);
  }
  if (settings.listening.ssl_key.find("-----BEGIN") != std::string::npos) {
    found.push_back(settings.listening.ssl_key);
  }
  for (const auto& [name, value] : settings.opencti.custom_headers) {
    found.push_back(value);
    // `Bearer <token>`: the token is a secret without its scheme too.
    const auto space = value.find(' ');
    if (space != std::string::npos) found.push_back(value.substr(space + 1));
  }
  for (const auto& proxy : settings.proxies) {
    for (auto& secret : credentials_of(proxy)) found.push_back(std::move(secret));
  }
  std::sort(found.begin(), found.end());
  found.erase(std::unique(found.begin(), found.end()), found.end());
  std::erase_if(found, [](const auto& secret) { return secret.empty(); });
  return found;
}

}  // namespace settings
