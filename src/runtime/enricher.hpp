// The first half of handling a message: read the object, check that a lookup is allowed, ask the
// source, and fit the enrichment to existing objects.
#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "opencti/client/platform.hpp"
#include "opencti/client/rights.hpp"
#include "opencti/client/sharing.hpp"
#include "opencti/in/message.hpp"
#include "runtime/lookup_policy.hpp"
#include "runtime/present_objects.hpp"
#include "runtime/result_memory.hpp"
#include "runtime/step_metrics.hpp"
#include "source/score_policy.hpp"
#include "source/source.hpp"
#include "stix/markings.hpp"
#include "telemetry/log.hpp"

namespace runtime {

struct EnricherOptions {
  /// OpenCTI's type names.
  std::vector<std::string> scope;
  /// Objects with stricter markings are not looked up.
  MarkingLimits limits;
  source::ScorePolicy score_policy = source::ScorePolicy::replace;
  /// Whether automatic requests that the connector's own results caused are enriched too.
  bool enrich_own_results = false;
  /// Whether automatic requests wait for the next day when the daily quota is exhausted.
  bool wait_for_quota = false;
  /// Whether results for a draft can be sent. If false, objects in drafts are not looked up.
  bool drafts = true;
  /// Whether manual requests bypass the cache.
  bool fresh_for_manual = false;
  /// For results; nullptr: not limited.
  ResultMemory* memory = nullptr;
  StepMetrics steps = {};
};

/// One attempt at a message.
struct Asking {
  /// Whether the message may still be processed.
  std::function<bool()> still_ours;
  /// EnrichmentResult::answer of an earlier attempt; usually empty.
  std::string_view answer = {};
  /// The lookup was made before: the cache may have its answer, also if a new one was requested.
  bool again = false;
  /// Whether the result will be parked. Then it is dropped if there is no room for it, and does not
  /// wait long for memory.
  bool parks = false;
};

/// The result for one object, ready to be sent.
struct EnrichmentResult {
  source::Outcome outcome = source::Outcome::internal_error;
  /// One or two sentences for people.
  std::string text;
  /// If set, the message waits until then, and is not settled.
  std::optional<std::chrono::system_clock::time_point> wait_until;

  /// The memory leased for the enrichment, and for it while it is parked, if it will be.
  ResultMemory::Lease memory;
  ResultMemory::Lease room;
  /// What the organisations add to the memory of a playbook's bundle. In bytes; a part of `memory`.
  std::size_t growth = 0;
  /// Set if there is something to send.
  std::optional<source::Enrichment> enrichment;
  /// There is something to send, but there was no memory for it: the lookup has to be repeated,
  /// with `answer`.
  bool dropped = false;
  /// The source's answer, from which the enrichment can be made again; empty if the source does not
  /// provide it.
  std::string answer;
  stix::Observable observable;
  /// OpenCTI's name of its type, if known.
  std::string entity_type;
  /// From the source's verdict, if the source was asked.
  std::optional<source::QueriedValue> queried;
  std::string rating;
  /// Organisations that the object and derived objects are shared with; maximum
  /// opencti::max_organisations, without duplicates.
  std::vector<std::string> granted_refs;
  /// The number of all organisations that the object is shared with.
  std::size_t organisations = 0;
  stix::Markings markings;
};

/// The class is thread-safe.
class Enricher final {
 public:
  /// @param platform, source must outlive this object
  Enricher(EnricherOptions options, opencti::Platform& platform, source::Source& source);

  /// Sets the connector's own user. Before the first call no object counts as the connector's own.
  void use(const std::string& own_user_id);
  /// Sets rights and confidence of that user. Before the first call they are not reported.
  void use(const opencti::TokenUser& user);

  /// @returns a result for every final outcome, including failures; an error only if the platform
  /// is unreachable or busy, or a stop was requested: then the message should be retried. So should
  /// it be with a result that was dropped
  [[nodiscard]] opencti::Result<EnrichmentResult> find(const opencti::Message& message,
                                                       const telemetry::Log& log,
                                                       const Asking& asking,
                                                       const net::Deadline& deadline) const;

 private:
  [[nodiscard]] std::string own_user() const;
  [[nodiscard]] std::optional<int> own_confidence(const std::string& entity_type) const;
  /// Whether the draft was validated or deleted since the object was read.
  [[nodiscard]] bool is_gone(const opencti::Message& message, const net::Deadline& deadline) const;
  [[nodiscard]] opencti::Result<opencti::Entity> read(const opencti::Message& message,
                                                      const std::string& own,
                                                      const net::Deadline& deadline) const;
  /// The object if it may be looked up; otherwise (unexpected) the final result.
  [[nodiscard]] tl::expected<EnrichmentResult, EnrichmentResult> check(
      const opencti::Message& message, const opencti::Entity& entity) const;
  [[nodiscard]] opencti::Result<EnrichmentResult> ask(EnrichmentResult result,
                                                      const opencti::Message& message,
                                                      const telemetry::Log& log,
                                                      const Asking& asking,
                                                      const net::Deadline& deadline) const;
  /// Keeps the enrichment of a verdict, if there is memory for it. @returns false if there is not
  [[nodiscard]] bool keep(EnrichmentResult& result, source::Verdict& verdict, const Asking& asking,
                          const net::Deadline& deadline) const;
  /// Fits the enrichment to existing objects, and adds to the text what is sent.
  void fit(EnrichmentResult& result, const opencti::DraftId& draft_id, const telemetry::Log& log,
           const net::Deadline& deadline) const;

  EnricherOptions options_;
  opencti::Platform& platform_;
  source::Source& source_;
  /// Caches objects of the platform; has its own lock.
  mutable PresentObjects present_;
  mutable std::mutex mutex_;
  std::string own_user_;
  opencti::TokenUser user_;
  mutable opencti::SharingWatch sharing_;
};

}  // namespace runtime
