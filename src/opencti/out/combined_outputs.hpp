// Outputs that use other outputs.
#pragma once

#include <utility>
#include <vector>

#include "opencti/out/output.hpp"

namespace opencti {

/// Sends copies of each result first, then the result to the usual output. A result waits until its
/// copies are sent. Results for a draft are not copied: the copy could not name the draft.
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

/// Chooses between validation, in a workbench or a draft, and the usual output. Results for a draft
/// go to the usual output: they are validated in the draft anyway.
class ValidatingOutput final : public Output {
 public:
  /// @param validation, usual must outlive this object.
  /// @param always false: only results whose message requires validation are validated
  ValidatingOutput(Output& validation, Output& usual, bool always)
      : validation_(validation), usual_(usual), always_(always) {}

  [[nodiscard]] Packed pack(const Parcel& parcel) override;

 private:
  Output& validation_;
  Output& usual_;
  bool always_;
};

}  // namespace opencti
