// Who the token's user is, and what he may do.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "opencti/graphql.hpp"

namespace opencti {

struct TokenUser {
  std::string name;
  /// As the platform spells them: `CONNECTORAPI`, `KNOWLEDGE_KNUPDATE`.
  std::vector<std::string> capabilities;

  /// Also by a narrower capability below it, and by `BYPASS`, which gives everything.
  [[nodiscard]] bool may(std::string_view capability) const;
};

[[nodiscard]] Result<TokenUser> read_own_user(const GraphqlClient& client,
                                              const net::Deadline& deadline);

}  // namespace opencti
