// The port behind which a source of knowledge stands: the pipeline and the commands ask it about
// one observable. A source says what it knows, and changes nothing on the platform itself.
//
// ```cpp
// class KnownBad final : public source::Source {
//  public:
//   [[nodiscard]] std::string_view name() const override { return "Our list"; }
//
//   [[nodiscard]] source::Verdict enrich(const source::Request& request,
//                                        const net::Deadline&) override {
//     source::Verdict verdict;
//     verdict.asked = {{.value = request.observable.value, .kind = "domain"}};
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

/// About an observable that was read, is in scope, and may leave by its markings.
struct Request {
  /// Must outlive the call.
  const stix::Observable& observable;
  /// How strictly it is marked. What is derived from it must not be marked less strictly.
  stix::Markings markings;
  Purpose purpose = Purpose::automatic;
  /// Whether a cached answer does not do.
  bool fresh = false;
};

/// What a source was asked about.
struct Asked {
  /// As hostile as the observable.
  std::string value;
  /// One word, for metrics and the page: `hash`, `ip`, `domain`, `url`.
  std::string kind;
};

struct Verdict {
  Outcome outcome = Outcome::internal_error;
  /// One or two sentences for people. What is sent of an enrichment is told by its sender.
  std::string text;
  /// Set where there is something to add.
  std::optional<Enrichment> enrichment;
  /// Nothing where the observable was not worth a request. A source that leaves it out was asked
  /// about the observable's value.
  std::optional<Asked> asked;
  /// How the source rates the object, in one word (`red`); empty where it does not.
  std::string rating;
  /// When it is worth asking again, where the quota is spent.
  std::optional<std::chrono::system_clock::time_point> look_again;
  /// Not settled, because the process is stopping or short of memory: ask again.
  bool put_off = false;
  /// The answer as it came; empty where there is none that could be read.
  std::string answer;
  /// The memory that was taken for the answer, for as long as the verdict is in hand.
  std::shared_ptr<const void> memory;
};

/// The requests to the service that a day has.
struct RequestsToday {
  struct Limit {
    std::int64_t left = 0;
    std::int64_t allowed = 0;
  };
  /// For people, whichever limit leaves less; nothing where none is known.
  std::optional<Limit> limit;
};

/// Who knows how many requests were made today.
enum class Counted {
  /// The source, whose store is the one in which the connector counts.
  here,
  /// Others, or nobody: the source knows what it made itself, and what the service tells.
  elsewhere,
};

/// Implementations are thread-safe: each worker calls enrich() at the same time as the others. What
/// enrich() throws fails that message's work alone.
class Source {
 public:
  Source() = default;
  virtual ~Source() = default;
  Source(const Source&) = delete;
  Source& operator=(const Source&) = delete;

  /// What people call it, in texts: `Kaspersky`.
  [[nodiscard]] virtual std::string_view name() const = 0;

  /// Returns by the deadline, at the latest; soon after a stop. Called again for a message that was
  /// not acknowledged, because the process had ended or the platform had been out of reach: the
  /// same enrichment then counts once. Nothing is retried for any other reason: a verdict that
  /// failed (source::failed()) fails the work.
  [[nodiscard]] virtual Verdict enrich(const Request& request, const net::Deadline& deadline) = 0;

  /// Fast: it waits neither for the service nor for the store.
  [[nodiscard]] virtual SourceState state() const { return {}; }

  /// Sets those of its own metrics that are a state. Called by one thread at a time, before each
  /// text of the metrics.
  virtual void update_metrics() {}

  /// The process is stopping: nobody waits any longer for a service that is away.
  virtual void stop() {}

  /// The address of the service's own page about a value that it was asked about; empty where it
  /// has none.
  [[nodiscard]] virtual std::string page_about(std::string_view /*value*/) const { return {}; }

  /// Tries whether the service answers and takes the credentials, with one request at most, for
  /// people who set the connector up. Says what to fix, or until when the credentials are valid.
  /// Returns by the deadline, at the latest; soon after a stop. Skipped where a source has no test.
  [[nodiscard]] virtual CheckResult check(const net::Deadline& deadline);

  /// What people see at a terminal of a verdict of this source whose outcome is found.
  [[nodiscard]] virtual Summary summarize(const Verdict& verdict) const;

  /// Nothing where the source does not count its requests.
  [[nodiscard]] virtual std::optional<RequestsToday> requests_today(Counted counted);
};

}  // namespace source OPENCTI_CONNECTOR_PUBLIC
