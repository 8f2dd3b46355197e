// An object that the platform has: the properties that matter to a client that sends it again.
#pragma once

#include <optional>
#include <string>
#include <vector>

namespace stix {

struct PresentObject {
  std::string standard_id;
  /// Other ids by which the platform knows it, as far as they were asked for: former ids, ids from
  /// other clients, ids of its names.
  std::vector<std::string> other_ids;
  /// For a file all names; for a country, a sector or an autonomous system its one name.
  std::vector<std::string> names;
  /// Ids of marking definitions.
  std::vector<std::string> marking_refs;
  std::optional<int> score;
  /// Empty if it has no author.
  std::string author_ref;

  bool operator==(const PresentObject&) const = default;
};

}  // namespace stix
