// What came back from the platform's address, and who said it.
#pragma once

#include <string>
#include <variant>

#include <nlohmann/json.hpp>

#include "net/http/client.hpp"

namespace opencti {

/// The platform's own words for why it did not do what it was asked for (opencti-graphql:
/// src/config/errors.js, src/graphql/graphql.js).
struct Refusal {
  /// `FORBIDDEN_ACCESS`; empty where the platform failed before it came to GraphQL.
  std::string code;
  /// Cut to a sensible length.
  std::string message;
};

/// Something else answered: a proxy, a gateway, a login page, another site; or what came is not
/// whole. It tells nothing of what the platform did or would say.
struct Foreign {
  /// One line for people: status, what the page says of its server, and its first words.
  std::string description;
};

/// The first is the `data` of an answer of GraphQL, an object with at least one member.
using Reply = std::variant<nlohmann::json, Refusal, Foreign>;

/// Believes only what has the whole shape of the platform's own words. The platform sends most
/// errors with status 200, some with 400 or 500 and the same JSON body.
[[nodiscard]] Reply read_reply(const net::HttpResponse& response);

}  // namespace opencti
