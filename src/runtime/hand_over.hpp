// The second half of handling a message that has a work: publish the result, and report on the
// work. For steps of playbooks see playbook_answer.hpp.
#pragma once

#include <atomic>
#include <chrono>
#include <functional>
#include <optional>
#include <string>

#include "opencti/client/platform.hpp"
#include "opencti/out/output.hpp"
#include "runtime/enricher.hpp"
#include "runtime/job.hpp"
#include "runtime/patience.hpp"
#include "runtime/publish_order.hpp"
#include "runtime/sent_results.hpp"
#include "runtime/step_metrics.hpp"

namespace runtime {

struct HandOverPorts {
  opencti::Platform& platform;
  opencti::Output& output;
  Patience patience;
  /// Results that were sent with their work's id, until their import is seen.
  SentResults& sent;
  /// Called when an output answers `register_again`: registering again makes the platform declare
  /// the queues and provide the credentials.
  std::function<void()> register_again;
  /// If a turn comes later than this, the work's state is read again.
  std::chrono::milliseconds stale_after{5'000};
  /// Whether results have their work's id. Without it the platform does not count their objects,
  /// but its workers never drop them.
  bool track_imports = true;
  /// Whether only the connector announces objects on works. If the platform does it too, an
  /// announced number shows that a result was sent.
  bool announces_alone = true;
  StepMetrics steps = {};
};

/// A result that is ready to be published.
struct Outgoing {
  opencti::Packed packed;
  /// Another delivery of the message has sent the result: nothing is published.
  bool sent = false;
  /// Bundles that another delivery of the message began to send: they replace the result of this
  /// one.
  std::vector<std::string> bundles_of_other = {};
  /// Whether other replicas send the same content, or nothing, for other deliveries of the message.
  bool agreed = false;
  /// Number of objects that other messages announced on the work.
  std::int64_t announced_by_others = 0;
  /// Whether it was announced on its work. Then it has the work's id, and is kept until its import
  /// is seen.
  bool announced = false;
  /// When the work was last known to be open.
  std::chrono::steady_clock::time_point known_open_at;
};

/// During outages of platform and broker it waits and retries while Patience::should_continue():
/// the message is not acknowledged before, so nothing is lost. Permanent errors are reported on the
/// work, or logged if that fails too.
///
/// The class is thread-safe.
class HandOver final {
 public:
  explicit HandOver(HandOverPorts ports) : ports_(std::move(ports)) {}

  /// Whether the platform's workers drop what is left of the result of a work that was closed. True
  /// until it is known.
  void set_drops_late_results(bool drops) { drops_late_results_ = drops; }

  /// How far a message was processed before it was delivered again. The work's state is not enough:
  /// another message may have the same work.
  [[nodiscard]] EarlierProgress earlier_progress(const Job& job, const std::stop_token& stop) const;

  /// Packs the result, agrees with other deliveries of the message on the content, and announces it
  /// on the work.
  /// @param result must have an enrichment.
  [[nodiscard]] Outgoing prepare(const Job& job, const EnrichmentResult& result,
                                 const std::stop_token& stop) const;

  /// Publishes the result, if any, leaves the turn, then reports on the work. If there is a result,
  /// the turn must have come.
  [[nodiscard]] HandOverResult to_queue(const Job& job, EnrichmentResult& result,
                                        std::optional<Outgoing>& outgoing, Turn& turn,
                                        const std::stop_token& stop) const;

  /// Whether another delivery of the message may have been processed, or be in progress.
  [[nodiscard]] bool partly_processed(const Job& job) const {
    return job.redelivered || ports_.patience.requeued(job);
  }

  [[nodiscard]] const Patience& patience() const { return ports_.patience; }
  [[nodiscard]] bool should_continue(const Job& job, const std::stop_token& stop) const {
    return ports_.patience.should_continue(job, stop);
  }

 private:
  enum class Sent { yes, rejected, not_now, stuck };
  struct Publication {
    Sent sent;
    /// Why it was rejected, in the words of the output.
    std::string reason = {};
  };

  [[nodiscard]] opencti::Packed pack(const Job& job, const EnrichmentResult& result,
                                     const std::vector<std::string>& bundles_of_other,
                                     const opencti::WorkId& work_id) const;
  /// @returns false if the message must not continue: then nothing is announced or published
  [[nodiscard]] bool agree_on_content(const Job& job, const EnrichmentResult& result,
                                      Outgoing& outgoing, const opencti::WorkId& work_id,
                                      const std::stop_token& stop) const;
  [[nodiscard]] Publication publish(const Job& job, const EnrichmentResult& result,
                                    Outgoing& outgoing, const std::stop_token& stop) const;
  [[nodiscard]] bool keep(const Job& job, const EnrichmentResult& result, Outgoing& outgoing) const;
  [[nodiscard]] std::optional<opencti::Work> read_work(const Job& job,
                                                       const std::stop_token& stop) const;
  [[nodiscard]] Publication send(const Job& job, const opencti::Packed& packed,
                                 const std::stop_token& stop) const;
  [[nodiscard]] bool work_alive(const Job& job, const std::stop_token& stop) const;
  [[nodiscard]] bool open_work(const Job& job, const Outgoing& outgoing,
                               const std::stop_token& stop) const;
  void expect_fewer(const Job& job, std::int64_t number, const std::stop_token& stop) const;
  void expect_nothing_of_earlier(const Job& job, const std::stop_token& stop) const;
  [[nodiscard]] HandOverResult begin_work(const Job& job, const std::string& text,
                                          const std::stop_token& stop) const;
  /// What a rejected report means for the message.
  [[nodiscard]] HandOverResult unreported(const Job& job, const opencti::Error& error,
                                          const std::stop_token& stop) const;
  void expect_no_more_than_ours(const Job& job, const opencti::Packed& packed,
                                const std::stop_token& stop) const;
  [[nodiscard]] bool is_reported(const Job& job, const std::string& text,
                                 const std::stop_token& stop) const;
  [[nodiscard]] HandOverResult close_work(const Job& job, const EnrichmentResult& result,
                                          const std::stop_token& stop) const;

  HandOverPorts ports_;
  std::atomic<bool> drops_late_results_ = true;
};

}  // namespace runtime
