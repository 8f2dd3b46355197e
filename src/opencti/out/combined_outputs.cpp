#include "opencti/out/combined_outputs.hpp"

#include <memory>

namespace opencti {

Packed CopyingOutput::pack(const Parcel& parcel) {
  auto packed = usual_ != nullptr ? usual_->pack(parcel) : Packed{};
  if (!parcel.draft_id.empty()) return packed;
  auto copies = std::make_shared<std::vector<Packed>>();
  for (auto* copy : copies_) copies->push_back(copy->pack(parcel));
  packed.delivery = [copies, usual = std::move(packed.delivery)](const Packed& itself,
                                                                 const net::Deadline& deadline) {
    // A copy that was sent is not sent again while the rest is retried.
    while (!copies->empty()) {
      if (auto answer = copies->front().send(deadline); !answer) return answer;
      copies->erase(copies->begin());
    }
    return usual ? usual(itself, deadline) : SendAnswer::done();
  };
  return packed;
}

Packed ValidatingOutput::pack(const Parcel& parcel) {
  const bool validates = parcel.draft_id.empty() && (always_ || parcel.validate);
  return validates ? validation_.pack(parcel) : usual_.pack(parcel);
}

}  // namespace opencti
