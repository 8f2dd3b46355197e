#include "opencti/out/push_output.hpp"

#include "opencti/client/needed_rights.hpp"
#include "opencti/operations.hpp"
#include "opencti/out/api_answer.hpp"
#include "text/json.hpp"

namespace opencti {
namespace {

using nlohmann::json;

/// The platform rejects bodies of 50 MiB, and the bundle is escaped in the body.
constexpr std::size_t largest_whole = std::size_t{20} * 1024 * 1024;

/// For an unknown connector the mutation returns a general code and this text (opencti-graphql:
/// domain/stix.js).
bool says_unknown_connector(const Error& error) {
  return !error.no_response() && error.message.find("Invalid bundle") != std::string::npos;
}

Error push_error(Error error) {
  if (says_unknown_connector(error)) error.kind = ErrorKind::unknown_connector;
  return named(error, needed::connectors);
}

}  // namespace

Packed PushOutput::pack(const Parcel& parcel) {
  Packed packed;
  if (mode_ != BundleMode::split) packed = in_one_bundle(parcel);
  if (packed.bundles.empty() || packed.bundles.front().size() > largest_whole) {
    packed = in_single_bundles(parcel);
    packed.announced_by = AnnouncedBy::connector_or_platform;
  } else if (packed.objects == 1) {
    // A single object is imported without splitting.
    packed.announced_by = AnnouncedBy::connector_or_platform;
  } else {
    // The platform or its workers announce them.
    packed.expectations = 0;
    packed.announced_by = AnnouncedBy::platform;
  }
  packed.delivery = [this, work_id = parcel.work_id](const Packed& itself,
                                                     const net::Deadline& deadline) {
    return push(itself, work_id, deadline);
  };
  return packed;
}

SendAnswer PushOutput::push(const Packed& packed, const WorkId& work_id,
                            const net::Deadline& deadline) const {
  for (const auto& bundle : packed.bundles) {
    json variables{{"connectorId", connector_id_}, {"bundle", bundle}};
    if (!work_id.empty()) variables["workId"] = work_id.text();
    const auto answer = client_.send_once(operations::push_bundle, variables, {}, deadline);
    if (!answer) return answer_of(push_error(answer.error()));
    if (!text::member(answer->data, "stixBundlePush").is_boolean())
      return answer_of(another_answer());
    sent_.bundles.add();
  }
  sent_.objects.add(static_cast<double>(packed.objects));
  return SendAnswer::done();
}

}  // namespace opencti
