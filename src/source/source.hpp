// The interface of a source of threat intelligence: the pipeline and the commands ask it about one
// observable. A source returns what it knows, and never changes the platform itself.
//
// ```cpp
// class KnownBad final : public source::Source {
//  public:
//   [[nodiscard]] std::string_view name() const override { return "Our list"; }
//
//   [[nodiscard]] source::Verdict enrich(const source::Request& request,
//                                        const net::Deadline&) override {
//     source::Verdict verdict;
//     verdict.queried = {{.value = request.observable.value, .kind = "domain"}};
//     if (!request.observable.value.ends_with(".bad.example")) {
//       verdict.outcome = source::Outcome::not_found;
//       verdict.text = "Our list does not have it.";
//       return verdict;
//     }
//     verdict.outcome = source::Outcome::found;
//     verdict.text = "It is on our list.";
//     verdict.enrichment.emplace().update.score = 90;
//     return verdict;
//   }
// };
// ```
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "export.hpp"
#include "net/deadline.hpp"
#include "source/check_result.hpp"
#include "source/enrichment.hpp"
#include "source/outcome.hpp"
#include "source/purpose.hpp"
#include "source/state.hpp"
#include "source/summary.hpp"
#include "stix/markings.hpp"
#include "stix/observable.hpp"

namespace source OPENCTI_CONNECTOR_PUBLIC {

/// A request about an observable that is in scope, and whose markings allow a lookup.
struct Request {
  /// Must outlive the call.
  const stix::Observable& observable;
  /// Its strictest markings. Derived objects must not be marked less strictly.
  stix::Markings markings;
  Purpose purpose = Purpose::automatic;
  /// Whether the cache must not be used.
  bool fresh = false;
  /// The Verdict::answer of an earlier request about the same observable, whose result had to be
  /// dropped; usually empty. A source that does not read it sends a second request. Must outlive
  /// the call.
  std::string_view answer = {};
};

/// The value that a source was asked about.
struct QueriedValue {
  /// Untrusted, as the observable.
  std::string value;
  /// One word, for metrics and the page: `hash`, `ip`, `domain`, `url`.
  std::string kind;
};

struct Verdict {
  Outcome outcome = Outcome::internal_error;
  /// One or two sentences for people. They do not describe the enrichment: its sender does.
  std::string text;
  /// Set if there is something to add.
  std::optional<Enrichment> enrichment;
  /// Nothing if the observable was not worth a request. If a source never sets it, the observable's
  /// value is used.
  std::optional<QueriedValue> queried;
  /// The source's rating of the object, in one word (`red`); empty if there is none.
  std::string rating;
  /// When a retry may succeed, if the quota is exhausted.
  std::optional<std::chrono::system_clock::time_point> retry_at;
  /// Without a result, because the process is stopping or short of memory: retry.
  bool deferred = false;
  /// The unchanged answer; empty if there is no valid one.
  std::string answer;
  /// The memory leased for the answer, and for the enrichment until that has been measured.
  std::shared_ptr<const void> memory;
};

/// The requests to the service on one day.
struct RequestsToday {
  struct Limit {
    std::int64_t left = 0;
    std::int64_t allowed = 0;
  };
  /// For manual requests: the limit that leaves fewer requests; nothing if no limit is known.
  std::optional<Limit> limit;
};

/// Where today's requests were counted.
enum class Counted {
  /// In this source's store, which is the connector's store.
  here,
  /// Elsewhere, or nowhere: the source knows only its own requests, and what the service reports.
  elsewhere,
};

/// Implementations are thread-safe: workers call enrich() concurrently. An exception from enrich()
/// fails only the work of that message.
class Source {
 public:
  Source() = default;
  virtual ~Source() = default;
  Source(const Source&) = delete;
  Source& operator=(const Source&) = delete;

  /// The source's name in texts for people: `Kaspersky`.
  [[nodiscard]] virtual std::string_view name() const = 0;

  /// Must return before the deadline, and soon after a stop. Called again for a message that was
  /// not acknowledged, because the process had ended or the platform was unreachable: the same
  /// enrichment then has no second effect. There is no other retry: a failed verdict
  /// (source::failed()) fails the work.
  [[nodiscard]] virtual Verdict enrich(const Request& request, const net::Deadline& deadline) = 0;

  /// Must be fast: waits neither for the service nor for the store.
  [[nodiscard]] virtual SourceState state() const { return {}; }

  /// Updates its own metrics that show a state. Called by one thread at a time, before each output
  /// of the metrics.
  virtual void update_metrics() {}

  /// Called at shutdown: from now on calls must not wait for an unreachable service.
  virtual void stop() {}

  /// The URL of the service's page about a value; empty if there is none.
  [[nodiscard]] virtual std::string page_about(std::string_view /*value*/) const { return {}; }

  /// Checks whether the service answers and accepts the credentials, with maximum one request, for
  /// people who set up the connector. The result says what to fix, or until when the credentials
  /// are valid. Must return before the deadline, and soon after a stop. The default is skipped.
  [[nodiscard]] virtual CheckResult check(const net::Deadline& deadline);

  /// The summary of a verdict with outcome `found`, for people at a terminal.
  [[nodiscard]] virtual Summary summarize(const Verdict& verdict) const;

  /// Nothing if the source does not count its requests.
  [[nodiscard]] virtual std::optional<RequestsToday> requests_today(Counted counted);
};

}  // namespace source OPENCTI_CONNECTOR_PUBLIC
