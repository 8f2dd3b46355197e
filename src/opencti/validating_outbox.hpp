// Chooses between validation, in a workbench or a draft, and the usual way: what is for a draft is
// looked at there anyway.
#pragma once

#include "opencti/outbox.hpp"

namespace opencti {

class ValidatingOutbox final : public Outbox {
 public:
  /// @param validation a WorkbenchOutbox or a DraftOutbox
  /// @param validation, usual must outlive this object.
  /// @param always false: only what the message wants validated is sent there
  ValidatingOutbox(Outbox& validation, Outbox& usual, bool always)
      : validation_(validation), usual_(usual), always_(always) {}

  [[nodiscard]] Shipment pack(const Parcel& parcel) override;
  [[nodiscard]] net::Result<void> send(const Shipment& shipment,
                                       const net::Deadline& deadline) override;

 private:
  Outbox& validation_;
  Outbox& usual_;
  bool always_;
};

}  // namespace opencti
