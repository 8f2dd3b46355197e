// Confirms with a second request that the service rejects the credentials.
#pragma once

#include <chrono>
#include <functional>
#include <stop_token>

#include "kaspersky/lookup.hpp"

namespace kaspersky {

struct ConfirmedRefusalsOptions {
  /// Pause between the two requests.
  std::chrono::milliseconds pause{500};
  /// Waits; returns false if a stop ended the wait. net::pause if empty.
  std::function<bool(std::chrono::milliseconds, const std::stop_token&)> wait = {};
};

/// A rejection (401, 403) counts only if the service repeats it over another connection: the bodies
/// of its rejections are not documented, so a proxy's page cannot be distinguished from the
/// service's own answer. The outcome is that of the second request.
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
