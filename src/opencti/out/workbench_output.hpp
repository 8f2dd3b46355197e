// Puts results into a workbench, where a person validates them before they are imported.
#pragma once

#include "opencti/client/graphql.hpp"
#include "opencti/out/output.hpp"

namespace opencti {

/// The platform rejects workbenches inside a draft: parcels for a draft must not be packed here.
class WorkbenchOutput final : public Output {
 public:
  /// @param client must outlive this object.
  explicit WorkbenchOutput(const GraphqlClient& client) : client_(client) {}

  /// The file is named after the work, so that a retry replaces it; it belongs to the enriched
  /// object, and has the markings of all objects in it.
  [[nodiscard]] Packed pack(const Parcel& parcel) override;

 private:
  const GraphqlClient& client_;
};

}  // namespace opencti
