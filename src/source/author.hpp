// Who is the author of what a source says.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include <nlohmann/json.hpp>

#include "export.hpp"
#include "stix/markings.hpp"
#include "stix/objects.hpp"

namespace source OPENCTI_CONNECTOR_PUBLIC {

/// An organization, by its name. Immutable, hence thread-safe.
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
  /// @param name with another name, what was sent before has another author; hence it stays
  /// @param least_tlp how strictly everything that the source says is marked at least; nothing: as
  /// the observable is
  explicit Author(std::string_view name, std::optional<stix::Tlp> least_tlp = {});

  [[nodiscard]] const std::string& name() const { return name_; }
  /// Of identity().
  [[nodiscard]] const std::string& id() const { return id_; }
  /// The STIX identity.
  [[nodiscard]] const nlohmann::json& identity() const { return identity_; }

  /// Of what is derived from an observable with these markings: with its TLP or the least one,
  /// whichever is stricter, and with its PAP.
  [[nodiscard]] stix::Provenance provenance_beside(const stix::Markings& markings) const;
  /// Of what all share: a marking would hide it from others.
  [[nodiscard]] stix::Provenance provenance_of_shared() const { return {id_, {}}; }

 private:
  std::string name_;
  std::optional<stix::Tlp> least_tlp_;
  nlohmann::json identity_;
  std::string id_;
};

}  // namespace source OPENCTI_CONNECTOR_PUBLIC
