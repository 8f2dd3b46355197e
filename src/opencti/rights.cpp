#include "opencti/rights.hpp"

#include <algorithm>

#include "net/json.hpp"
#include "opencti/operations.hpp"

namespace opencti {

bool TokenUser::may(std::string_view capability) const {
  const auto below = std::string(capability) + "_";
  return std::any_of(capabilities.begin(), capabilities.end(), [&](const auto& own) {
    return own == "BYPASS" || own == capability || own.starts_with(below);
  });
}

Result<TokenUser> read_own_user(const GraphqlClient& client, const net::Deadline& deadline) {
  const auto data = client.send_once(operations::read_me, nlohmann::json::object(), {}, deadline);
  if (!data) return tl::unexpected(data.error());
  const auto& me = net::member(*data, "me");
  if (!me.is_object()) {
    return failure(ErrorKind::malformed, "the platform does not tell who the token's user is");
  }
  TokenUser user;
  user.name = net::text_at(me, "name");
  for (const auto& capability : net::member(me, "capabilities")) {
    user.capabilities.push_back(net::text_at(capability, "name"));
  }
  return user;
}

}  // namespace opencti
