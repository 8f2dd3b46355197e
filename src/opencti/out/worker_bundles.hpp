// Bundles for the platform's workers, for queue and API.
#pragma once

#include "opencti/out/output.hpp"
#include "telemetry/metrics.hpp"

namespace opencti {

enum class BundleMode {
  /// Whole if the platform's workers can import whole bundles, otherwise split.
  automatic,
  /// The bundle in one message; the worker orders the objects. A result for a draft is split
  /// anyway.
  whole,
  /// One message per object, dependencies first, as pycti sends them.
  split,
};

/// Counts bundles and objects that arrived in the workers' queue.
struct SentMetrics {
  /// Messages, each with one bundle.
  telemetry::Counter bundles;
  telemetry::Counter objects;
};

/// All objects in one bundle; the connector announces each object. Without a delivery.
[[nodiscard]] Packed in_one_bundle(const Parcel& parcel);
/// The same with one bundle per object, all with the same id.
[[nodiscard]] Packed in_single_bundles(const Parcel& parcel);

}  // namespace opencti
