// The first half of handling a message: read the object, check that it may leave, ask the source,
// and fit what it says to what the platform has.
#pragma once

#include <chrono>
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
#include "runtime/gates.hpp"
#include "runtime/present_objects.hpp"
#include "runtime/step_metrics.hpp"
#include "source/score_policy.hpp"
#include "source/source.hpp"
#include "stix/markings.hpp"
#include "telemetry/log.hpp"

namespace runtime {

struct EnricherOptions {
  /// OpenCTI's type names.
  std::vector<std::string> scope;
  /// Objects marked more strictly are not asked about.
  Limits limits;
  source::ScorePolicy score_policy = source::ScorePolicy::replace;
  /// Whether automatic requests that our own results caused are enriched too.
  bool enrich_own_results = false;
  /// Whether automatic requests wait for the next day's lookups when there are none left.
  bool wait_for_quota = false;
  /// Whether results for a draft can be sent. Where not, nothing is asked about it either.
  bool drafts = true;
  /// Whether a cached answer does not do where a person asks.
  bool fresh_for_manual = false;
  StepMetrics steps = {};
};

/// What came out for one object, ready to be handed back.
struct Finding {
  source::Outcome outcome = source::Outcome::internal_error;
  /// One or two sentences for people.
  std::string text;
  /// The message is to wait until then, rather than to be settled.
  std::optional<std::chrono::system_clock::time_point> wait_until;

  /// Set when there is something to send.
  std::optional<source::Enrichment> enrichment;
  stix::Observable observable;
  /// OpenCTI's name of its type, where that is known.
  std::string entity_type;
  /// Of the source's verdict, where it was asked.
  std::optional<source::Asked> asked;
  std::string rating;
  /// Organisations that the object is shared with, and so what is derived from it.
  std::vector<std::string> granted_refs;
  stix::Markings markings;
};

/// The class is thread-safe.
class Enricher final {
 public:
  /// @param platform, source must outlive this object
  Enricher(EnricherOptions options, opencti::Platform& platform, source::Source& source);

  /// The platform's user that we act as, from now on. Until it is known nothing counts as our own.
  void use(const std::string& own_user_id);
  /// What the platform tells of that user. Until it is known nothing is said about rights and
  /// confidence.
  void use(const opencti::TokenUser& user);

  /// @returns a finding for everything that is settled, failures included; an error only where the
  /// platform is out of reach or busy (or a stop came), so that it is worth coming back with the
  /// same message.
  [[nodiscard]] opencti::Result<Finding> find(const opencti::Message& message,
                                              const telemetry::Log& log,
                                              const std::function<bool()>& still_ours,
                                              const net::Deadline& deadline) const;

 private:
  [[nodiscard]] std::string own_user() const;
  [[nodiscard]] std::optional<int> own_confidence(const std::string& entity_type) const;
  /// Whether the draft was validated or deleted since the object was read.
  [[nodiscard]] bool is_gone(const opencti::Message& message, const net::Deadline& deadline) const;
  [[nodiscard]] opencti::Result<opencti::Entity> read(const opencti::Message& message,
                                                      const std::string& own,
                                                      const net::Deadline& deadline) const;
  /// The object, past the gates; or the end of it, where nothing is asked about it.
  [[nodiscard]] tl::expected<Finding, Finding> check(const opencti::Message& message,
                                                     const opencti::Entity& entity) const;
  [[nodiscard]] opencti::Result<Finding> ask(Finding finding, const opencti::Message& message,
                                             const telemetry::Log& log,
                                             const net::Deadline& deadline) const;
  /// Fits the enrichment to what the platform has, and says in the text what is sent of it.
  void fit(Finding& finding, const opencti::DraftId& draft_id, const telemetry::Log& log,
           const net::Deadline& deadline) const;

  EnricherOptions options_;
  opencti::Platform& platform_;
  source::Source& source_;
  /// Remembers what the platform said; has a lock of its own.
  mutable PresentObjects present_;
  mutable std::mutex mutex_;
  std::string own_user_;
  opencti::TokenUser user_;
  mutable opencti::SharingWatch sharing_;
};

}  // namespace runtime
