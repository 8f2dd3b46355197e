// Outputs that are made of others.
#pragma once

#include <utility>
#include <vector>

#include "opencti/out/output.hpp"

namespace opencti {

/// Sends a copy of each result elsewhere, then the result the usual way. A copy that cannot be made
/// holds the result back. Results for a draft are not copied: the copy could not say that it is for
/// one.
class CopyingOutput final : public Output {
 public:
  /// @param copies, usual must outlive this object. `usual` may be nullptr: then there are only
  /// copies.
  CopyingOutput(std::vector<Output*> copies, Output* usual)
      : copies_(std::move(copies)), usual_(usual) {}

  [[nodiscard]] Packed pack(const Parcel& parcel) override;

 private:
  std::vector<Output*> copies_;
  Output* usual_;
};

/// Chooses between validation, in a workbench or a draft, and the usual way, which results for a
/// draft take: they are looked at there anyway.
class ValidatingOutput final : public Output {
 public:
  /// @param validation, usual must outlive this object.
  /// @param always false: only what the message wants validated is
  ValidatingOutput(Output& validation, Output& usual, bool always)
      : validation_(validation), usual_(usual), always_(always) {}

  [[nodiscard]] Packed pack(const Parcel& parcel) override;

 private:
  Output& validation_;
  Output& usual_;
  bool always_;
};

}  // namespace opencti
