// Puts each result into a separate draft, where a person validates it before it becomes knowledge.
#pragma once

#include <string>
#include <utility>

#include "opencti/client/graphql.hpp"
#include "opencti/out/output.hpp"

namespace opencti {

/// Parcels for a draft must not be packed here: they have a draft already.
class DraftOutput final : public Output {
 public:
  /// @param connector_name part of the names of drafts, with the object's value
  /// @param client, next must outlive this object. `next` sends results into the draft
  DraftOutput(std::string connector_name, const GraphqlClient& client, Output& next)
      : connector_name_(std::move(connector_name)), client_(client), next_(next) {}

  /// The first attempt to send creates the draft and links the work to it; further attempts use the
  /// same draft. A parcel that is packed again, after a crash, gets another draft.
  [[nodiscard]] Packed pack(const Parcel& parcel) override;

 private:
  /// @param parcel gets the draft's id once it is created
  [[nodiscard]] SendAnswer send(Parcel& parcel, const net::Deadline& deadline) const;
  [[nodiscard]] Result<DraftId> make_draft(const Parcel& parcel,
                                           const net::Deadline& deadline) const;

  std::string connector_name_;
  const GraphqlClient& client_;
  Output& next_;
};

/// Whether the platform has drafts; reads its schema.
[[nodiscard]] Result<bool> has_drafts(const GraphqlClient& client, const net::Deadline& deadline);

}  // namespace opencti
