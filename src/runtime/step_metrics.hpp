// Durations of the steps of a message for metrics, except those of a source.
#pragma once

#include "telemetry/metrics.hpp"

namespace runtime {

/// Each is observed once per attempt at the step.
struct StepMetrics {
  /// Waiting for a worker, from the delivery on.
  telemetry::Histogram waiting;
  /// Reading the object from the platform.
  telemetry::Histogram reading;
  /// Packing, and announcing objects on the work.
  telemetry::Histogram announcing;
  /// Waiting for the results of earlier messages.
  telemetry::Histogram turn;
  telemetry::Histogram publishing;
  /// Closing the work.
  telemetry::Histogram reporting;
  /// Answering the playbook.
  telemetry::Histogram answering;
};

}  // namespace runtime
