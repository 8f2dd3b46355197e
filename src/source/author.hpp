// The author of the objects that a source creates.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include <nlohmann/json.hpp>

#include "export.hpp"
#include "stix/markings.hpp"
#include "stix/objects.hpp"

namespace source OPENCTI_CONNECTOR_PUBLIC {

/// An organization with this name. Immutable, and therefore thread-safe.
///
/// ```cpp
/// source::Enrichment rated(const source::Request& request, int score) {
///   static const source::Author author("Weather", stix::Tlp::amber);
///   source::Builder builder(author, request);
///   builder.set_score(score);
///   return builder.take();
/// }
/// ```
class Author final {
 public:
  /// @param name must never change: objects that were sent before would keep another author
  /// @param least_tlp minimum TLP of all objects that are derived from the source; nothing: the TLP
  /// of the observable
  explicit Author(std::string_view name, std::optional<stix::Tlp> least_tlp = {});

  [[nodiscard]] const std::string& name() const { return name_; }
  /// The id of identity().
  [[nodiscard]] const std::string& id() const { return id_; }
  /// The STIX identity.
  [[nodiscard]] const nlohmann::json& identity() const { return identity_; }

  /// For objects that are derived from an observable with these markings: the stricter of its TLP
  /// and the minimum TLP, and its PAP.
  [[nodiscard]] stix::Provenance provenance_for_derived(const stix::Markings& markings) const;
  /// For shared objects: without a marking, which would hide them from other users.
  [[nodiscard]] stix::Provenance provenance_for_shared() const { return {id_, {}}; }

 private:
  std::string name_;
  std::optional<stix::Tlp> least_tlp_;
  nlohmann::json identity_;
  std::string id_;
};

}  // namespace source OPENCTI_CONNECTOR_PUBLIC
