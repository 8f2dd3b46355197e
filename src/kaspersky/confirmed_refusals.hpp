// Asks a second time whether the service refuses us.
#pragma once

#include <chrono>
#include <functional>
#include <stop_token>

#include "kaspersky/lookup.hpp"

namespace kaspersky {

struct ConfirmedRefusalsOptions {
  /// Between the two requests.
  std::chrono::milliseconds pause{500};
  /// Waits; false when a stop cut it short. net::pause when empty.
  std::function<bool(std::chrono::milliseconds, const std::stop_token&)> wait = {};
};

/// A refusal (401, 403) counts only when the service repeats it over another connection: no body of
/// its refusals is documented, so that the page of a proxy in its place cannot be told from its own
/// words. What the second request brings is the outcome.
///
/// The class is thread-safe.
class ConfirmedRefusals final : public Lookup {
 public:
  /// @param next must outlive this object
  ConfirmedRefusals(ConfirmedRefusalsOptions options, Lookup& next);

  [[nodiscard]] Outcome look_up(const Inquiry& inquiry, const net::Deadline& deadline) override;

 private:
  ConfirmedRefusalsOptions options_;
  Lookup& next_;
};

}  // namespace kaspersky
