// Pages of Kaspersky's portal, for people.
#pragma once

#include <string>
#include <string_view>

#include "net/http/client.hpp"

namespace enrichment {

/// The portal's page about a hash, an address, a domain or a URL.
[[nodiscard]] inline std::string portal_page(std::string_view value) {
  return "https://tip.kaspersky.com/search?searchString=" + net::percent_encode(value);
}

}  // namespace enrichment
