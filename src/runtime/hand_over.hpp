// The second half of handling a message: hand the finding back the way it was asked for.
#pragma once

#include <chrono>
#include <functional>
#include <optional>
#include <string>

#include "opencti/outbox.hpp"
#include "opencti/platform.hpp"
#include "runtime/enricher.hpp"
#include "runtime/job.hpp"
#include "runtime/step_metrics.hpp"
#include "runtime/turnstile.hpp"

namespace runtime {

struct HandOverPorts {
  opencti::Platform& platform;
  opencti::Outbox& outbox;
  const Settler& settler;
  /// Called when the broker has no queue for our messages or no longer takes the credentials:
  /// registering again makes the platform declare the queues and tell the credentials.
  std::function<void()> register_again;
  /// Between two tries at the same thing.
  net::BackoffOptions backoff = {};
  /// A turn that comes later than this makes the look at the work's state too old.
  std::chrono::milliseconds stale_after{5'000};
  /// Whether results carry their work's id. Without it the platform counts nothing, but its workers
  /// never drop anything either.
  bool track_imports = true;
  StepMetrics steps = {};
};

/// What is ready to be published.
struct Outgoing {
  opencti::Shipment shipment;
  /// Whether it was announced on its work, whose id it then carries.
  bool announced = false;
  /// When the work was last known to stand.
  std::chrono::steady_clock::time_point looked;
};

/// Outages of platform and broker are waited out, as long as worth_going_on(): the message is not
/// acknowledged before, so nothing is lost by waiting. Errors that do not pass are settled:
/// reported on the work, or logged where even that is refused.
///
/// The class is thread-safe.
class HandOver final {
 public:
  explicit HandOver(HandOverPorts ports) : ports_(std::move(ports)) {}

  /// How far a message came before it was delivered again. `none` also where that cannot be told.
  enum class Earlier {
    none,
    /// Its result has been imported: neither another lookup nor another bundle is needed.
    imported,
    /// Its work has been reported on: nothing is left to do.
    reported,
  };
  [[nodiscard]] Earlier done_before(const Job& job, const std::stop_token& stop) const;

  /// Packs what there is to publish, and announces it on the work.
  /// @param finding must have an enrichment.
  [[nodiscard]] Outgoing prepare(const Job& job, const Finding& finding,
                                 const std::stop_token& stop) const;

  /// Publishes what there is to publish, leaves the turn, then reports on the work. It must be its
  /// turn, if there is something to publish.
  /// @returns whether the message may be acknowledged.
  [[nodiscard]] bool to_queue(const Job& job, Finding& finding,
                              const std::optional<Outgoing>& outgoing, Turn& turn,
                              const std::stop_token& stop) const;

  /// Answers the playbook: with what is new, or with the bundle as it came. Silence would stall it.
  /// @returns whether the message may be acknowledged.
  [[nodiscard]] bool to_playbook(const Job& job, const Finding& finding,
                                 const std::stop_token& stop) const;

  /// No stop was requested, the message is still ours, and its time (Job::give_up_at) is not over.
  [[nodiscard]] bool worth_going_on(const Job& job, const std::stop_token& stop) const;

 private:
  enum class Sent { yes, refused, not_now };

  template <class Attempt, class GoOn>
  [[nodiscard]] auto patiently(const Job& job, const char* doing, Attempt attempt,
                               GoOn worth_going_on, const std::stop_token& stop,
                               int most_tries = 1) const;
  [[nodiscard]] opencti::Shipment pack(const Job& job, const Finding& finding,
                                       const std::string& work_id) const;
  [[nodiscard]] Sent publish(const Job& job, const Finding& finding, const Outgoing& outgoing,
                             const std::stop_token& stop) const;
  [[nodiscard]] Sent send(const Job& job, const opencti::Shipment& shipment,
                          const std::stop_token& stop) const;
  [[nodiscard]] bool work_alive(const Job& job, const std::stop_token& stop) const;
  void open_work(const Job& job, const opencti::Shipment& shipment,
                 const std::stop_token& stop) const;
  void expect_no_more(const Job& job, const std::stop_token& stop) const;
  [[nodiscard]] bool close_work(const Job& job, const Finding& finding,
                                const std::stop_token& stop) const;
  [[nodiscard]] opencti::Result<bool> answer(const Job& job, const nlohmann::json& previous,
                                             const nlohmann::json& bundle,
                                             const std::stop_token& stop) const;

  HandOverPorts ports_;
};

}  // namespace runtime
