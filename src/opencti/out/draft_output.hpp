// Puts each result into a draft of its own, where a person looks at it before it becomes knowledge.
#pragma once

#include <string>
#include <utility>

#include "opencti/client/graphql.hpp"
#include "opencti/out/output.hpp"

namespace opencti {

/// A parcel with a draft must not come here: it has one.
class DraftOutput final : public Output {
 public:
  /// @param connector_name what drafts are named after, with the object's value
  /// @param client, next must outlive this object. `next` sends what is in a draft.
  DraftOutput(std::string connector_name, const GraphqlClient& client, Output& next)
      : connector_name_(std::move(connector_name)), client_(client), next_(next) {}

  /// What it packs makes the draft at the first attempt to send, and links the work to it; further
  /// attempts go into the same draft. A parcel that is packed again, after a crash, gets another.
  [[nodiscard]] Packed pack(const Parcel& parcel) override;

 private:
  /// @param parcel gets the draft's id once there is one
  [[nodiscard]] SendAnswer send(Parcel& parcel, const net::Deadline& deadline) const;
  [[nodiscard]] Result<DraftId> make_draft(const Parcel& parcel,
                                           const net::Deadline& deadline) const;

  std::string connector_name_;
  const GraphqlClient& client_;
  Output& next_;
};

/// Whether the platform has drafts; asks for its schema.
[[nodiscard]] Result<bool> has_drafts(const GraphqlClient& client, const net::Deadline& deadline);

}  // namespace opencti
