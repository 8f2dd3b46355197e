// An object that the platform has, as far as it matters to somebody who sends it again.
#pragma once

#include <optional>
#include <string>
#include <vector>

namespace stix {

struct PresentObject {
  std::string standard_id;
  /// By which the platform knows it too: former ids, those of other clients, those of its names.
  std::vector<std::string> other_ids;
  /// Of a file: all names. Of a country, a sector or an autonomous system: the one name.
  std::vector<std::string> names;
  /// Ids of marking definitions.
  std::vector<std::string> marking_refs;
  std::optional<int> score;
  /// Empty when it has none.
  std::string author_ref;

  bool operator==(const PresentObject&) const = default;
};

}  // namespace stix
