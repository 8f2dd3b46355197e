// Bundles for the platform's workers, whichever way they get there.
#pragma once

#include "opencti/out/output.hpp"
#include "telemetry/metrics.hpp"

namespace opencti {

enum class BundleMode {
  /// Whole where the platform's workers can import it so, split elsewhere.
  automatic,
  /// The bundle in one message; the worker orders the objects by itself. A result for a draft is
  /// split nevertheless.
  whole,
  /// One message for each object, dependencies first, as pycti sends them.
  split,
};

/// What arrived in the workers' queue.
struct SentMetrics {
  /// Messages, each of which holds a bundle.
  telemetry::Counter bundles;
  telemetry::Counter objects;
};

/// All objects in one bundle, each of them announced by the connector. Has no delivery yet.
[[nodiscard]] Packed in_one_bundle(const Parcel& parcel);
/// The same with a bundle for each object, all with the same id.
[[nodiscard]] Packed in_single_bundles(const Parcel& parcel);

}  // namespace opencti
