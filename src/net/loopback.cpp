#include "net/loopback.hpp"

#include <algorithm>
#include <cctype>
#include <string>

namespace net {

bool is_loopback(std::string_view host) {
  std::string lower(host);
  std::transform(lower.begin(), lower.end(), lower.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  const bool address =
      lower.starts_with("127.") && lower.find_first_not_of("0123456789.") == std::string::npos;
  return address || lower == "localhost" || lower == "::1" || lower == "[::1]";
}

}  // namespace net
