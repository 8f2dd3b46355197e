// Collects the further objects of an enrichment.
#pragma once

#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include <nlohmann/json.hpp>

#include "export.hpp"
#include "stix/objects.hpp"

namespace source OPENCTI_CONNECTOR_PUBLIC {

/// The creation time of objects if the answer has none. Fixed, so that two runs give the same
/// bytes; the platform keeps the oldest date that it received.
inline constexpr std::string_view standard_created = "2025-01-01T00:00:00.000Z";

/// RFC 3339; empty if unknown.
struct Seen {
  std::string first;
  std::string last;
};

/// Extends `seen` by another span, if both its ends are known and in order.
void widen(Seen& seen, const Seen& other);

/// Keeps one object per id and one relationship per type and pair, even if several sections name
/// it, with the highest score, all names, the earliest start and the latest stop. Adding takes
/// constant time.
///
/// ```cpp
/// std::vector<nlohmann::json> resolved(const source::Author& author,
///                                      const source::Request& request, nlohmann::json address) {
///   source::ObjectCollection objects(author.provenance_for_derived(request.markings));
///   const auto id = text::text_at(address, "id");
///   objects.add_observable(std::move(address), 80);
///   objects.add_relationship({"resolves-to", request.observable.id, id});
///   return objects.take();
/// }
/// ```
class ObjectCollection final {
 public:
  /// @param provenance of all objects derived from the answer
  explicit ObjectCollection(stix::Provenance provenance) : provenance_(std::move(provenance)) {}

  [[nodiscard]] const stix::Provenance& provenance() const { return provenance_; }

  /// Adds an object; the first object with an id stays.
  void add(nlohmann::json object);

  /// @param names additional ones of a file
  void add_observable(nlohmann::json object, std::optional<int> score,
                      const std::set<std::string>& names = {});

  /// Times are used only if both are known and in order: the platform would store a missing one as
  /// 1970 or 5138 permanently. Two objects get one `related-to`, in the direction that was added
  /// first. There is no description: it would replace a description by an analyst.
  void add_relationship(const stix::RelationshipEnds& ends, const Seen& seen = {});

  /// Returns the objects in the order in which they were first added, then the relationships.
  [[nodiscard]] std::vector<nlohmann::json> take();

 private:
  struct Relationship {
    nlohmann::json object;
    Seen seen;
  };

  /// The object with this id; adds it if it is new.
  nlohmann::json& object_of(nlohmann::json object);

  stix::Provenance provenance_;
  std::vector<nlohmann::json> objects_;
  std::unordered_map<std::string, std::size_t> object_places_;
  std::vector<Relationship> relationships_;
  std::unordered_map<std::string, std::size_t> relationship_places_;
};

}  // namespace source OPENCTI_CONNECTOR_PUBLIC
