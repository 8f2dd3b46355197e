// Chooses between validation, in a workbench or a draft, and the usual way: what is for a draft is
// looked at there anyway.
#pragma once

#include "opencti/out/output.hpp"

namespace opencti {

class ValidatingOutput final : public Output {
 public:
  /// @param validation a WorkbenchOutput or a DraftOutput
  /// @param validation, usual must outlive this object.
  /// @param always false: only what the message wants validated is sent there
  ValidatingOutput(Output& validation, Output& usual, bool always)
      : validation_(validation), usual_(usual), always_(always) {}

  [[nodiscard]] Shipment pack(const Parcel& parcel) override;
  [[nodiscard]] net::Result<void> send(const Shipment& shipment,
                                       const net::Deadline& deadline) override;

 private:
  Output& validation_;
  Output& usual_;
  bool always_;
};

}  // namespace opencti
