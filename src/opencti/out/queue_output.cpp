#include <fmt/format.h>

#include "net/json.hpp"
#include "opencti/out/output.hpp"
#include "opencti/version.hpp"
#include "stix/bundle.hpp"
#include "stix/ids.hpp"
#include "stix/splitter.hpp"
#include "text/digest.hpp"

namespace opencti {
namespace {

using nlohmann::json;

/// @param objects how many the message holds, and were announced for it
std::string envelope(const Parcel& parcel, const Registration& registration,
                     std::string_view content, std::size_t sequence, bool whole,
                     std::size_t objects) {
  json out{
      {"bundle_type", "QUEUE_BUNDLE"},
      {"applicant_id", parcel.applicant_id.empty() ? registration.user_id : parcel.applicant_id},
      {"action_sequence", sequence},
      {"entities_types", json::array()},
      {"content", text::base64(content)},
      {"update", false},
      {"draft_id", nullptr},
      {"no_split", whole}};
  if (!parcel.draft_id.empty()) out["draft_id"] = parcel.draft_id;
  // A work id that is there but empty would be looked up, and the message dropped.
  if (!parcel.work_id.empty()) {
    out["work_id"] = parcel.work_id;
    // Workers of a coming platform add what is missing to this; today's do not know it.
    out["declared_expectations"] = objects;
  }
  return net::dump_json(out);
}

bool is_whole(BundleMode mode, const Registration& registration) {
  switch (mode) {
    case BundleMode::whole:
      return true;
    case BundleMode::split:
      return false;
    case BundleMode::automatic:
      break;
  }
  return imports_whole_bundles(registration.platform_version);
}

}  // namespace

Shipment pack(const Parcel& parcel, BundleMode mode, const Registration& registration) {
  // At the first object that a draft refuses, because it was validated or deleted meanwhile, the
  // platform's worker imports the rest of that message outside of the draft.
  const bool whole = is_whole(mode, registration) && parcel.draft_id.empty();
  const auto bundle_id = stix::random_id("bundle");
  Shipment shipment;
  shipment.work_id = parcel.work_id;
  const auto add = [&](std::string content, std::size_t objects) {
    shipment.messages.push_back(
        {registration.push_exchange, registration.push_routing,
         envelope(parcel, registration, content, shipment.messages.size() + 1, whole, objects)});
    shipment.bundles.push_back(std::move(content));
  };
  if (whole) {
    stix::Bundle bundle;
    for (const auto& object : parcel.objects) bundle.add(object);
    add(bundle.dump(bundle_id), bundle.size());
    shipment.expectations = static_cast<std::int64_t>(bundle.size());
    shipment.objects = bundle.size();
    return shipment;
  }
  auto split = stix::split(parcel.objects, bundle_id);
  for (auto& piece : split.pieces) add(std::move(piece.content), 1);
  for (const auto& dropped : split.dropped) {
    shipment.dropped.push_back(fmt::format("{}: {}", dropped.object_id, dropped.reason));
  }
  shipment.expectations = static_cast<std::int64_t>(split.pieces.size());
  shipment.objects = split.pieces.size();
  return shipment;
}

void QueueOutput::use(const Registration& registration) {
  const std::lock_guard lock(mutex_);
  registration_ = registration;
}

Registration QueueOutput::registration() {
  const std::lock_guard lock(mutex_);
  return registration_;
}

Shipment QueueOutput::pack(const Parcel& parcel) {
  return opencti::pack(parcel, mode_, registration());
}

net::Result<void> QueueOutput::send(const Shipment& shipment, const net::Deadline& deadline) {
  auto sent = publisher_.publish(shipment.messages, deadline);
  if (sent) {
    sent_.bundles.add(static_cast<double>(shipment.messages.size()));
    sent_.objects.add(static_cast<double>(shipment.objects));
  }
  return sent;
}

}  // namespace opencti
