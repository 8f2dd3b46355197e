// The client of Kaspersky, and the chain between it and the pipeline that saves requests.
#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <string>

#include "kaspersky/answer_cache.hpp"
#include "kaspersky/breaker.hpp"
#include "kaspersky/budget.hpp"
#include "kaspersky/client.hpp"
#include "kaspersky/confirmed_refusals.hpp"
#include "kaspersky/file_answers.hpp"
#include "kaspersky/replica_news.hpp"
#include "kaspersky/request_ledger.hpp"
#include "kaspersky/retries.hpp"
#include "kaspersky/shared_answers.hpp"
#include "kaspersky/shared_lookups.hpp"
#include "kaspersky/throttle.hpp"
#include "kaspersky/token_watch.hpp"
#include "source/source.hpp"
#include "storage/database.hpp"
#include "storage/replicas.hpp"
#include "telemetry/log.hpp"

namespace tip {

/// Metrics of the chain; those of the client are in its options.
struct LookupMetrics {
  telemetry::Counter cache_hits;
  telemetry::Counter cache_misses;
  /// Lookups that used the outcome of another one.
  telemetry::Counter joined;
};

struct LookupChainOptions {
  /// With its memory budget, from which the cache leases too.
  kaspersky::ClientOptions client;
  /// Nothing: only the quota of the licence applies.
  std::optional<std::int64_t> daily_quota;
  /// Percentage of the daily quota that is reserved for manual requests.
  int quota_reserve = 0;
  /// 0: no limit.
  int requests_per_second = 0;
  /// Maximum number of automatic requests that wait until the service is back.
  int max_waiting = 0;
  kaspersky::Lifetimes cache_ttl;
  /// In bytes.
  std::int64_t cache_size = 0;
  LookupMetrics metrics = {};
};

/// An inquiry passes the parts from the last member to the first: identical inquiries share a
/// lookup; cached answers need no request; failures are retried; each try must pass the breaker, is
/// repeated if it is rejected, waits for its turn, and is counted. The class is thread-safe.
class LookupChain final : public kaspersky::Lookup {
 public:
  /// @param store must outlive this object
  /// @param shared with other replicas; nullptr, or outlives this object
  LookupChain(LookupChainOptions options, storage::Database& store, const telemetry::Log& log,
              const storage::Shared* shared = nullptr);
  ~LookupChain() override { news_.stop(); }
  LookupChain(const LookupChain&) = delete;
  LookupChain& operator=(const LookupChain&) = delete;

  [[nodiscard]] kaspersky::Outcome look_up(const kaspersky::Inquiry& inquiry,
                                           const net::Deadline& deadline) override {
    return shared_.look_up(inquiry, deadline);
  }

  /// Looks up a well-known file with as few sections as possible: maximum one counted request,
  /// never from the cache.
  [[nodiscard]] kaspersky::Outcome check_api_key(const net::Deadline& deadline);

  /// What the day has left for manual requests.
  /// @param all_counted whether the store has counted all requests of this connector; otherwise the
  /// daily quota of the settings is ignored
  [[nodiscard]] std::optional<source::RequestsToday::Limit> left_today(bool all_counted);

  /// For a stop: no caller waits any longer for a service that is down.
  void stop_waiting() { breaker_.stop_waiting(); }

  // These reports of the state do not wait for the store.

  /// Size of all cached answers, in bytes.
  [[nodiscard]] std::int64_t cached() const { return answers().size(); }
  [[nodiscard]] kaspersky::BreakerReport breaker() const { return breaker_.report(); }
  /// The rest of a pause after a rate limit.
  [[nodiscard]] std::chrono::nanoseconds remaining_pause() const {
    return throttle_.remaining_pause();
  }
  [[nodiscard]] kaspersky::Allowance allowance() const { return budget_.today(); }
  [[nodiscard]] std::optional<std::chrono::system_clock::time_point> token_expires() const {
    return watch_.expires();
  }
  /// Why the store cannot be written; empty while it can.
  [[nodiscard]] std::string store_problem() const;

 private:
  const LookupChainOptions options_;
  const telemetry::Log log_;
  [[nodiscard]] kaspersky::AnswerStore& answers();
  [[nodiscard]] const kaspersky::AnswerStore& answers() const;

  kaspersky::ReplicaNews news_;
  kaspersky::Client client_;
  kaspersky::TokenWatch watch_;
  const std::unique_ptr<kaspersky::RequestLedger> ledger_;
  kaspersky::FileAnswers own_answers_;
  /// Null without replicas.
  const std::unique_ptr<kaspersky::SharedAnswers> shared_answers_;
  kaspersky::Budget budget_;
  kaspersky::Throttle throttle_;
  kaspersky::ConfirmedRefusals refusals_;
  kaspersky::Breaker breaker_;
  kaspersky::Retries retries_;
  kaspersky::AnswerCache cache_;
  kaspersky::SharedLookups shared_;
};

}  // namespace tip
