// Chooses between validation, in a workbench or a draft, and the usual way: what is for a draft is
// looked at there anyway.
#pragma once

#include "opencti/outbox.hpp"

namespace opencti {

class ValidatingOutbox final : public Outbox {
 public:
  /// @param validation a WorkbenchOutbox or a DraftOutbox
  /// @param validation, in_drafts must outlive this object.
  ValidatingOutbox(Outbox& validation, Outbox& in_drafts)
      : validation_(validation), in_drafts_(in_drafts) {}

  [[nodiscard]] Shipment pack(const Parcel& parcel) override;
  [[nodiscard]] net::Result<void> send(const Shipment& shipment,
                                       const net::Deadline& deadline) override;

 private:
  Outbox& validation_;
  Outbox& in_drafts_;
};

}  // namespace opencti
