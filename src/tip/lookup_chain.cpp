#include "tip/lookup_chain.hpp"

#include "app/options.hpp"

namespace app {
namespace {

constexpr std::int64_t mebibyte = std::int64_t{1024} * 1024;

kaspersky::ClientOptions client_options(const settings::Settings& settings,
                                        const kaspersky::ClientMetrics& metrics,
                                        net::MemoryBudget* memory) {
  auto options = kaspersky_options(settings);
  options.memory = kaspersky::AnswerMemory(memory);
  options.metrics = metrics;
  return options;
}

}  // namespace

LookupChain::LookupChain(const settings::Settings& settings, storage::Database& store,
                         const telemetry::Log& log, const LookupMetrics& metrics,
                         net::MemoryBudget* memory)
    : client_(client_options(settings, metrics.client, memory)),
      watch_(client_, log),
      ledger_(store, log),
      budget_({.daily = settings.lookups.daily_quota,
               .reserve_percent = settings.lookups.quota_reserve},
              watch_, ledger_, log),
      throttle_({.requests_per_second = settings.lookups.requests_per_second}, budget_),
      refusals_({}, throttle_),
      // One worker is left for people.
      breaker_({.most_waiting = settings.connector.workers - 1}, refusals_, log),
      retries_({}, breaker_),
      cache_({.lifetimes = settings.lookups.cache_ttl,
              .max_size = settings.lookups.cache_size * mebibyte,
              .key = [this](const kaspersky::Inquiry& inquiry) { return client_.url_of(inquiry); },
              .memory = kaspersky::AnswerMemory(memory),
              .hits = metrics.cache_hits,
              .misses = metrics.cache_misses},
             retries_, store, log),
      shared_(cache_, metrics.joined) {}

std::string LookupChain::store_problem() const {
  auto problem = ledger_.store_problem();
  return problem.empty() ? cache_.store_problem() : problem;
}

storage::DatabaseOptions store_options(const settings::Settings& settings) {
  // Answers leave parts of pages empty, and other users need some room: accepted messages above
  // all.
  constexpr std::int64_t slack = 2;
  constexpr std::int64_t others = 128 * mebibyte;
  return {.path = settings.lookups.cache_path,
          .max_size = slack * settings.lookups.cache_size * mebibyte + others};
}

}  // namespace app
