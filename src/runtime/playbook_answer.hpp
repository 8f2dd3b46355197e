// The second half of handling a playbook's step: answer it.
#pragma once

#include <chrono>
#include <optional>
#include <string>

#include "net/backoff.hpp"
#include "opencti/client/platform.hpp"
#include "runtime/enricher.hpp"
#include "runtime/job.hpp"
#include "runtime/patience.hpp"
#include "runtime/playbook_ledger.hpp"
#include "runtime/step_metrics.hpp"

namespace runtime {

struct PlaybookAnswerPorts {
  opencti::Platform& platform;
  Patience patience;
  PlaybookLedger& ledger;
  /// After an attempt of which nobody knows whether it arrived: each one that did makes the
  /// platform run the rest of the playbook once more.
  net::BackoffOptions after_unknown{.first = std::chrono::seconds(5),
                                    .longest = std::chrono::minutes(5)};
  StepMetrics steps = {};
  /// A ledger that is away for longer must not cost a worker.
  std::chrono::milliseconds longest_wait_for_ledger{60'000};
};

/// Every step is answered, with what is new or with the bundle as it came: silence would stall the
/// playbook. No step is answered with two contents: see PlaybookLedger. The bundle as it came
/// replaces a changed one only where the platform itself refused that.
///
/// The class is thread-safe.
class PlaybookAnswer final {
 public:
  explicit PlaybookAnswer(PlaybookAnswerPorts ports) : ports_(std::move(ports)) {}

  /// `imported` where an answer was sent of which it is unknown whether it arrived: give() sends it
  /// again.
  /// Nothing where that cannot be known now: the message is to be delivered again later.
  [[nodiscard]] std::optional<Earlier> done_before(const Job& job,
                                                   const std::stop_token& stop) const;

  /// Whether the step's bundle is small enough for OpenCTI to take it back with what is new. To be
  /// known before anything is asked.
  [[nodiscard]] static bool can_change(const Job& job);

  /// Answers the step.
  /// @param finding without an enrichment: with the bundle as it came. Where the platform did not
  /// take what is new, its text says so afterwards
  /// @returns `done` when the platform took the answer, refused it, or failed on it three times.
  /// Whatever anybody else says is waited out.
  [[nodiscard]] Handed give(const Job& job, Finding& finding, const std::stop_token& stop) const;

 private:
  /// Waits for a ledger that is away.
  template <class Call>
  [[nodiscard]] auto patiently(const Job& job, Call call, const std::stop_token& stop) const;
  [[nodiscard]] opencti::Result<bool> send(const Job& job, const opencti::PlaybookReply& reply,
                                           const std::stop_token& stop) const;

  PlaybookAnswerPorts ports_;
};

}  // namespace runtime
