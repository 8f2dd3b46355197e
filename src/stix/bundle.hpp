// The objects of one answer; each id occurs once.
#pragma once

#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

#include <nlohmann/json.hpp>

namespace stix {

/// Keeps objects in the order of add(), one object per id: the platform counts a repeated id once,
/// and a work that expects more objects than the platform counts never ends.
class Bundle final {
 public:
  /// Keeps the first object with an id.
  /// @returns whether the object was added; false if its id is present already, or if it has no id
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
