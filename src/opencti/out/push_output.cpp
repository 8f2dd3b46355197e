#include "opencti/out/push_output.hpp"

#include <fmt/format.h>

#include "net/json.hpp"
#include "opencti/needed_rights.hpp"
#include "opencti/operations.hpp"
#include "stix/bundle.hpp"
#include "stix/ids.hpp"
#include "stix/splitter.hpp"

namespace opencti {
namespace {

using nlohmann::json;

/// The platform refuses bodies of 50 MiB, and a body quotes the bundle.
constexpr std::size_t largest_whole = std::size_t{20} * 1024 * 1024;

/// What the platform says of a connector that it does not know.
constexpr std::string_view refused_bundle = "Invalid bundle";

net::ErrorKind kind_of(const Error& error) {
  switch (error.kind) {
    case ErrorKind::stopped:
      return net::ErrorKind::stopped;
    case ErrorKind::unreachable:
      return net::ErrorKind::unreachable;
    case ErrorKind::untrusted:
      return net::ErrorKind::tls;
    case ErrorKind::no_answer:
      return net::ErrorKind::timed_out;
    case ErrorKind::intermediary:
      return net::ErrorKind::foreign;
    case ErrorKind::unauthorized:
    // A right that is missing is missing for every result: somebody will give it.
    case ErrorKind::forbidden:
      return net::ErrorKind::refused;
    case ErrorKind::busy:
      return net::ErrorKind::blocked;
    case ErrorKind::unknown_connector:
      return net::ErrorKind::unroutable;
    default:
      return error.message.find(refused_bundle) != std::string::npos ? net::ErrorKind::unroutable
                                                                     : net::ErrorKind::protocol;
  }
}

}  // namespace

net::Error sending_error(const Error& error) { return {kind_of(error), error.message}; }

Shipment PushOutput::pack(const Parcel& parcel) {
  Shipment shipment;
  shipment.work_id = parcel.work_id;
  const auto bundle_id = stix::random_id("bundle");
  if (mode_ != BundleMode::split) {
    stix::Bundle bundle;
    for (const auto& object : parcel.objects) bundle.add(object);
    auto text = bundle.dump(bundle_id);
    if (text.size() <= largest_whole) {
      // One object is imported as it is; of more the platform or its workers tell the number.
      shipment.expectations = bundle.size() == 1 ? 1 : 0;
      shipment.counting = bundle.size() == 1 ? Counting::ours_or_theirs : Counting::theirs;
      shipment.objects = bundle.size();
      shipment.bundles.push_back(std::move(text));
      return shipment;
    }
  }
  auto split = stix::split(parcel.objects, bundle_id);
  for (auto& piece : split.pieces) shipment.bundles.push_back(std::move(piece.content));
  for (const auto& dropped : split.dropped) {
    shipment.dropped.push_back(fmt::format("{}: {}", dropped.object_id, dropped.reason));
  }
  shipment.expectations = static_cast<std::int64_t>(shipment.bundles.size());
  shipment.counting = Counting::ours_or_theirs;
  shipment.objects = shipment.bundles.size();
  return shipment;
}

net::Result<void> PushOutput::send(const Shipment& shipment, const net::Deadline& deadline) {
  for (const auto& bundle : shipment.bundles) {
    json variables{{"connectorId", connector_id_}, {"bundle", bundle}};
    if (!shipment.work_id.empty()) variables["workId"] = shipment.work_id;
    const auto data = client_.send_once(operations::push_bundle, variables, {}, deadline);
    if (!data) return tl::unexpected(sending_error(named(data.error(), needed::connectors)));
    if (!net::member(*data, "stixBundlePush").is_boolean()) {
      return tl::unexpected(sending_error(another_answer()));
    }
    sent_.bundles.add();
  }
  sent_.objects.add(static_cast<double>(shipment.objects));
  return {};
}

}  // namespace opencti
