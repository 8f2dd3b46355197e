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
#include "runtime/result_memory.hpp"
#include "runtime/step_metrics.hpp"

namespace runtime {

struct PlaybookAnswerPorts {
  opencti::Platform& platform;
  Patience patience;
  PlaybookLedger& ledger;
  /// Pause after an attempt that may have arrived: each answer that arrives makes the platform run
  /// the rest of the playbook again.
  net::BackoffOptions after_unknown{.first = std::chrono::seconds(5),
                                    .longest = std::chrono::minutes(5)};
  StepMetrics steps = {};
  /// Maximum wait for an unreachable ledger, so that it does not occupy a worker.
  std::chrono::milliseconds longest_wait_for_ledger{60'000};
  /// For what a change adds to a bundle: the result's lease covers it, see
  /// EnrichmentResult::growth. nullptr: not limited.
  ResultMemory* memory = nullptr;
};

/// Every step is answered, with the changed or the unchanged bundle: without an answer the playbook
/// would hang. No step is answered with two contents: see PlaybookLedger. The unchanged bundle
/// replaces a changed one only if the platform itself rejected that, and no earlier attempt may
/// have arrived.
///
/// The class is thread-safe.
class PlaybookAnswer final {
 public:
  explicit PlaybookAnswer(PlaybookAnswerPorts ports) : ports_(std::move(ports)) {}

  /// `sent` if an answer was sent that may not have arrived: give() sends it again. Nothing if that
  /// is unknown now: the message must be delivered again later.
  [[nodiscard]] std::optional<EarlierProgress> earlier_progress(const Job& job,
                                                                const std::stop_token& stop) const;

  /// Whether the step's bundle is small enough to be returned with changes. Checked before a
  /// lookup.
  [[nodiscard]] static bool can_change(const Job& job);

  /// Answers the step.
  /// @param result without an enrichment the unchanged bundle is sent. If the platform rejects the
  /// changes, the result's text says so afterwards
  /// @returns `done` if the platform accepted the answer or rejected it, or itself failed on it at
  /// each delivery. Responses of intermediaries are retried
  [[nodiscard]] HandOverResult give(const Job& job, EnrichmentResult& result,
                                    const std::stop_token& stop) const;

 private:
  /// Retries a call while the ledger is unreachable.
  template <class Call>
  [[nodiscard]] auto patiently(const Job& job, Call call, const std::stop_token& stop) const;
  /// Frees the result's objects, which are in the content now, so that a platform that answers
  /// slowly holds little memory. @returns false if there is not enough memory in time
  [[nodiscard]] bool keep_only_content(const Job& job, const PlaybookLedger::Entry& entry,
                                       EnrichmentResult& result, const std::stop_token& stop) const;
  /// @param may_have_arrived set if an attempt without success may have had an effect
  [[nodiscard]] opencti::Result<bool> send(const Job& job, const opencti::PlaybookReply& reply,
                                           bool& may_have_arrived,
                                           const std::stop_token& stop) const;

  PlaybookAnswerPorts ports_;
};

}  // namespace runtime
