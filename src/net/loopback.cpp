#include "net/loopback.hpp"

#include <string>

#include "text/ascii.hpp"

namespace net {

bool is_loopback(std::string_view host) {
  const auto lower = text::lower_case(host);
  const bool address =
      lower.starts_with("127.") && lower.find_first_not_of("0123456789.") == std::string::npos;
  return address || lower == "localhost" || lower == "::1" || lower == "[::1]";
}

}  // namespace net
