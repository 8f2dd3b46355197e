// Chooses between a workbench and the usual way: what is for a draft is looked at there anyway.
#pragma once

#include "opencti/outbox.hpp"

namespace opencti {

class ValidatingOutbox final : public Outbox {
 public:
  /// @param workbench, in_drafts must outlive this object.
  ValidatingOutbox(Outbox& workbench, Outbox& in_drafts)
      : workbench_(workbench), in_drafts_(in_drafts) {}

  [[nodiscard]] Shipment pack(const Parcel& parcel) override;
  [[nodiscard]] net::Result<void> send(const Shipment& shipment,
                                       const net::Deadline& deadline) override;

 private:
  Outbox& workbench_;
  Outbox& in_drafts_;
};

}  // namespace opencti
