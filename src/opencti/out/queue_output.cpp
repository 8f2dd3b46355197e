#include "opencti/out/queue_output.hpp"

#include "opencti/client/version.hpp"
#include "text/digest.hpp"
#include "text/json.hpp"

namespace opencti {
namespace {

using nlohmann::json;

/// @param objects number of objects in the message, and announced for it
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
  if (!parcel.draft_id.empty()) out["draft_id"] = parcel.draft_id.text();
  // With an empty work id the worker would search the work, and drop the message.
  if (!parcel.work_id.empty()) {
    out["work_id"] = parcel.work_id.text();
    // Workers of a future platform announce the difference to this number; current workers ignore
    // it.
    out["declared_expectations"] = objects;
  }
  return text::dump_json(out);
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

QueueMessages pack_for_queue(const Parcel& parcel, BundleMode mode,
                             const Registration& registration) {
  // If the draft rejects an object, because it was validated or deleted meanwhile, the platform's
  // worker imports the rest of that message outside of the draft.
  const bool whole = is_whole(mode, registration) && parcel.draft_id.empty();
  QueueMessages out{.packed = whole ? in_one_bundle(parcel) : in_single_bundles(parcel),
                    .messages = {}};
  for (const auto& bundle : out.packed.bundles) {
    out.messages.push_back({registration.push_exchange, registration.push_routing,
                            envelope(parcel, registration, bundle, out.messages.size() + 1, whole,
                                     whole ? out.packed.objects : 1)});
  }
  return out;
}

SendAnswer answer_of(const net::Error& error) {
  switch (error.kind) {
    case net::ErrorKind::access_refused:
    case net::ErrorKind::unroutable:
      return SendAnswer::register_again(error.message);
    case net::ErrorKind::protocol:
      return SendAnswer::rejected(error.message);
    case net::ErrorKind::intermediary:
      return SendAnswer::intercepted(error.message);
    case net::ErrorKind::stopped:
    case net::ErrorKind::timed_out:
    case net::ErrorKind::unreachable:
    case net::ErrorKind::disconnected:
    case net::ErrorKind::tls:
    case net::ErrorKind::too_large:
    case net::ErrorKind::blocked:
    case net::ErrorKind::invalid:
    case net::ErrorKind::unanswered:
    case net::ErrorKind::no_memory:
      break;
  }
  return SendAnswer::retry(error.message);
}

void QueueOutput::use(const Registration& registration) {
  const std::lock_guard lock(mutex_);
  registration_ = registration;
}

Registration QueueOutput::registration() {
  const std::lock_guard lock(mutex_);
  return registration_;
}

Packed QueueOutput::pack(const Parcel& parcel) {
  auto [packed, messages] = pack_for_queue(parcel, mode_, registration());
  packed.delivery = [this, messages = std::move(messages)](const Packed& itself,
                                                           const net::Deadline& deadline) {
    const auto sent = publisher_.publish(messages, deadline);
    if (!sent) return answer_of(sent.error());
    sent_.bundles.add(static_cast<double>(messages.size()));
    sent_.objects.add(static_cast<double>(itself.objects));
    return SendAnswer::done();
  };
  return std::move(packed);
}

}  // namespace opencti
