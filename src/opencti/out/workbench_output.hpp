// Puts results into a workbench, where a person looks at them before they are imported.
#pragma once

#include "opencti/client/graphql.hpp"
#include "opencti/out/output.hpp"

namespace opencti {

/// The platform refuses workbenches inside a draft: a parcel with one must not come here.
class WorkbenchOutput final : public Output {
 public:
  /// @param client must outlive this object.
  explicit WorkbenchOutput(const GraphqlClient& client) : client_(client) {}

  /// The file is named after the work, so that sending it again replaces it; it belongs to the
  /// enriched object, and is marked as everything in it is.
  [[nodiscard]] Packed pack(const Parcel& parcel) override;

 private:
  const GraphqlClient& client_;
};

}  // namespace opencti
