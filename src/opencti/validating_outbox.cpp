#include "opencti/validating_outbox.hpp"

namespace opencti {

Shipment ValidatingOutbox::pack(const Parcel& parcel) {
  return parcel.draft_id.empty() ? validation_.pack(parcel) : in_drafts_.pack(parcel);
}

net::Result<void> ValidatingOutbox::send(const Shipment& shipment, const net::Deadline& deadline) {
  const bool to_validate = shipment.file || shipment.draft;
  return to_validate ? validation_.send(shipment, deadline) : in_drafts_.send(shipment, deadline);
}

}  // namespace opencti
