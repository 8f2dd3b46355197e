#include "opencti/out/copying_output.hpp"

#include <fmt/format.h>

#include "stix/bundle.hpp"
#include "stix/ids.hpp"

namespace opencti {
namespace {

using nlohmann::json;

json description_of(const Identity& identity) {
  return {{"id", identity.id},
          {"name", identity.name},
          {"type", "INTERNAL_ENRICHMENT"},
          {"scope", fmt::format("{}", fmt::join(identity.scope, ","))},
          {"auto", identity.automatic},
          // What is to be validated is not copied.
          {"validate_before_import", false}};
}

}  // namespace

CopyingOutput::CopyingOutput(const Identity& identity, std::vector<BundleStore*> stores,
                             Output* next)
    : prefix_(file_prefix(identity.name)),
      connector_(description_of(identity)),
      stores_(std::move(stores)),
      next_(next) {}

void CopyingOutput::use(const Registration& registration) {
  const std::lock_guard lock(mutex_);
  user_id_ = registration.user_id;
}

Shipment CopyingOutput::pack(const Parcel& parcel) {
  auto shipment = next_ != nullptr ? next_->pack(parcel) : Shipment{};
  if (parcel.draft_id.empty()) shipment.copy = copy_of(parcel);
  return shipment;
}

BundleCopy CopyingOutput::copy_of(const Parcel& parcel) {
  stix::Bundle bundle;
  for (const auto& object : parcel.objects) bundle.add(object);
  const std::lock_guard lock(mutex_);
  last_ = std::max(std::chrono::system_clock::now(), last_ + std::chrono::microseconds(1));
  return {
      .name = file_name(prefix_, last_),
      .document = {{"applicant_id", parcel.applicant_id.empty() ? user_id_ : parcel.applicant_id},
                   {"connector", connector_},
                   {"entities_types", nullptr},
                   {"bundle", bundle.to_json(stix::random_id("bundle"))},
                   {"update", false}}};
}

net::Result<void> CopyingOutput::send(const Shipment& shipment, const net::Deadline& deadline) {
  if (shipment.copy && !shipment.copy->done->load()) {
    for (auto* store : stores_) {
      if (auto put = store->put(*shipment.copy, deadline); !put) return put;
    }
    shipment.copy->done->store(true);
  }
  return next_ != nullptr ? next_->send(shipment, deadline) : net::Result<void>{};
}

}  // namespace opencti
