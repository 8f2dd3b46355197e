// The objects of one answer, each id once.
#pragma once

#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

#include <nlohmann/json.hpp>

namespace stix {

/// Keeps objects in the order in which they came. The platform counts a repeated id once, and a
/// work that expects more objects than it counts never ends; hence one object per id.
class Bundle final {
 public:
  /// The first object with an id stays.
  /// @returns whether the object is in now; false if its id was there before, or it has none.
  bool add(nlohmann::json object);

  [[nodiscard]] const std::vector<nlohmann::json>& objects() const { return objects_; }
  [[nodiscard]] std::size_t size() const { return objects_.size(); }

  /// The STIX bundle object.
  [[nodiscard]] nlohmann::json to_json(std::string_view bundle_id) const;

  /// The same as UTF-8 text without blanks. Bytes that are not UTF-8 become U+FFFD.
  [[nodiscard]] std::string dump(std::string_view bundle_id) const;

 private:
  std::vector<nlohmann::json> objects_;
  std::unordered_set<std::string> ids_;
};

}  // namespace stix
