// The second half of handling a message: hand the finding back the way it was asked for.
#pragma once

#include <functional>
#include <string>

#include "opencti/outbox.hpp"
#include "opencti/platform.hpp"
#include "runtime/enricher.hpp"
#include "runtime/job.hpp"
#include "runtime/turnstile.hpp"

namespace runtime {

struct HandOverPorts {
  opencti::Platform& platform;
  opencti::Outbox& outbox;
  const Settler& settler;
  /// Called when the broker has no queue for our messages or no longer takes the credentials:
  /// registering again makes the platform declare the queues and tell the credentials.
  std::function<void()> register_again;
};

/// Outages of platform and broker are waited out, for as long as the message is still ours and no
/// stop is requested: the message is not acknowledged before, so nothing is lost by waiting.
///
/// The class is thread-safe.
class HandOver final {
 public:
  explicit HandOver(HandOverPorts ports) : ports_(std::move(ports)) {}

  /// Whether the result of a redelivered message has been imported already, so that neither another
  /// lookup nor another bundle is needed. false also where that cannot be told.
  [[nodiscard]] bool already_imported(const Job& job, const std::stop_token& stop) const;

  /// Publishes what there is to publish, in turn, then reports on the work.
  /// @returns whether the message may be acknowledged.
  [[nodiscard]] bool to_queue(const Job& job, const Finding& finding, Turn& turn,
                              const std::stop_token& stop) const;

  /// Answers the playbook: with what is new, or with the bundle as it came. Silence would stall it.
  /// @returns whether the message may be acknowledged.
  [[nodiscard]] bool to_playbook(const Job& job, const Finding& finding,
                                 const std::stop_token& stop) const;

  /// Whether it makes sense to go on with a job at all.
  [[nodiscard]] bool may_go_on(const Job& job, const std::stop_token& stop) const;

 private:
  [[nodiscard]] bool publish(const Job& job, const Finding& finding, Turn& turn,
                             const std::stop_token& stop) const;
  [[nodiscard]] bool publish_shipment(const Job& job, const opencti::Shipment& shipment,
                                      const std::stop_token& stop) const;
  [[nodiscard]] bool work_alive(const Job& job, const std::stop_token& stop) const;
  void open_work(const Job& job, const opencti::Shipment& shipment,
                 const std::stop_token& stop) const;
  [[nodiscard]] bool close_work(const Job& job, const Finding& finding,
                                const std::stop_token& stop) const;

  HandOverPorts ports_;
};

}  // namespace runtime
