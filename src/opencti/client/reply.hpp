// A response from the platform's address, and whether the platform sent it.
#pragma once

#include <string>
#include <variant>
#include <vector>

#include <nlohmann/json.hpp>

#include "net/http/client.hpp"

namespace opencti {

/// The platform's own error (opencti-graphql: src/config/errors.js, src/graphql/graphql.js).
struct PlatformError {
  /// `FORBIDDEN_ACCESS`; empty if the platform failed before GraphQL.
  std::string code;
  /// Cut to a reasonable length.
  std::string message;
  /// The keys in the error's `path`, without indexes; empty if it concerns the request as a whole.
  std::vector<std::string> path = {};
  /// The keys of the `data` beside it.
  std::vector<std::string> data_keys = {};
};

/// A response of an intermediary: a proxy, a gateway, a login page, another site; or an incomplete
/// response. Whether the platform executed the request is unknown.
struct IntermediaryResponse {
  /// One line for people: status, the server headers, and the first words of the page.
  std::string description;
};

/// The JSON is the `data` of a GraphQL response, an object with at least one member.
using Reply = std::variant<nlohmann::json, PlatformError, IntermediaryResponse>;

/// Only a response with the complete structure of the platform's responses counts as the
/// platform's. The platform sends most errors with status 200, some with 400 or 500 and the same
/// JSON body.
[[nodiscard]] Reply read_reply(const net::HttpResponse& response);

}  // namespace opencti
