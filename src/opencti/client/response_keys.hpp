// The keys that a GraphQL document requests.
#pragma once

#include <set>
#include <string_view>

namespace opencti {

/// The keys of a response to a document: the alias of each field, or else its name. Valid as long
/// as the document.
struct ResponseKeys {
  /// The keys of `data`, one of which begins the `path` of an error.
  std::set<std::string_view> root;
  /// All keys, including these.
  std::set<std::string_view> all;
};

[[nodiscard]] ResponseKeys response_keys(std::string_view document);

}  // namespace opencti
