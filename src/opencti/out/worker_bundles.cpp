#include "opencti/out/worker_bundles.hpp"

#include <fmt/format.h>

#include "stix/bundle.hpp"
#include "stix/ids.hpp"
#include "stix/splitter.hpp"

namespace opencti {

Packed in_one_bundle(const Parcel& parcel) {
  stix::Bundle bundle;
  for (const auto& object : parcel.objects) bundle.add(object);
  Packed packed{.objects = bundle.size(), .expectations = static_cast<std::int64_t>(bundle.size())};
  packed.bundles.push_back(bundle.dump(stix::random_id("bundle")));
  return packed;
}

Packed in_single_bundles(const Parcel& parcel) {
  auto split = stix::split(parcel.objects, stix::random_id("bundle"));
  Packed packed{.objects = split.pieces.size(),
                .expectations = static_cast<std::int64_t>(split.pieces.size())};
  for (auto& piece : split.pieces) packed.bundles.push_back(std::move(piece.content));
  for (const auto& dropped : split.dropped) {
    packed.dropped.push_back(fmt::format("{}: {}", dropped.object_id, dropped.reason));
  }
  return packed;
}

}  // namespace opencti
