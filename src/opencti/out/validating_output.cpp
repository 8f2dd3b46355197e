#include "opencti/out/validating_output.hpp"

namespace opencti {

Shipment ValidatingOutput::pack(const Parcel& parcel) {
  const bool validates = parcel.draft_id.empty() && (always_ || parcel.validate);
  return validates ? validation_.pack(parcel) : usual_.pack(parcel);
}

net::Result<void> ValidatingOutput::send(const Shipment& shipment, const net::Deadline& deadline) {
  const bool to_validate = shipment.file || shipment.draft;
  return to_validate ? validation_.send(shipment, deadline) : usual_.send(shipment, deadline);
}

}  // namespace opencti
