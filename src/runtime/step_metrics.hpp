// How long the steps take that a message passes, for metrics; but for those of a source.
#pragma once

#include "telemetry/metrics.hpp"

namespace runtime {

/// Each is observed once for each time that the step was tried.
struct StepMetrics {
  /// For a worker, from the delivery on.
  telemetry::Histogram waiting;
  /// The object, from the platform.
  telemetry::Histogram reading;
  /// Packing, and telling the work what to expect.
  telemetry::Histogram announcing;
  /// For the results of earlier messages.
  telemetry::Histogram turn;
  telemetry::Histogram publishing;
  /// Closing the work.
  telemetry::Histogram reporting;
  /// The playbook.
  telemetry::Histogram answering;
};

}  // namespace runtime
