#include "tip/lookup_chain.hpp"

#include <utility>

namespace tip {

LookupChain::LookupChain(LookupChainOptions options, storage::Database& store,
                         const telemetry::Log& log)
    : client_(options.client),
      watch_(client_, log),
      ledger_(store, log),
      budget_({.daily = options.daily_quota, .reserve_percent = options.quota_reserve}, watch_,
              ledger_, log),
      throttle_({.requests_per_second = options.requests_per_second}, budget_),
      refusals_({}, throttle_),
      breaker_({.most_waiting = options.most_waiting}, refusals_, log),
      retries_({}, breaker_),
      cache_({.lifetimes = std::move(options.cache_ttl),
              .max_size = options.cache_size,
              .key = [this](const kaspersky::Inquiry& inquiry) { return client_.url_of(inquiry); },
              .memory = options.client.memory,
              .hits = options.metrics.cache_hits,
              .misses = options.metrics.cache_misses},
             retries_, store, log),
      shared_(cache_, options.metrics.joined) {}

std::string LookupChain::store_problem() const {
  auto problem = ledger_.store_problem();
  return problem.empty() ? cache_.store_problem() : problem;
}

}  // namespace tip
