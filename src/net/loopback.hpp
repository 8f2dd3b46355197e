// Recognises hosts that can be reached only from this host.
#pragma once

#include <string_view>

namespace net {

/// `localhost`, `127.…`, `::1` or `[::1]`, in any letter case; a name that only begins so is not.
[[nodiscard]] bool is_loopback(std::string_view host);

}  // namespace net
