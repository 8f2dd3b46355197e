#include "tip/lookup_chain.hpp"

#include <algorithm>
#include <utility>

#include "kaspersky/file_ledger.hpp"
#include "kaspersky/shared_ledger.hpp"

namespace tip {
namespace {

/// The EICAR test file: harmless, and known to every service that knows files.
constexpr const char* eicar_md5 = "44d88612fea8a8f36de82e1278abb02f";

kaspersky::BudgetOptions budget_options(const LookupChainOptions& options) {
  return {.daily = options.daily_quota, .reserve_percent = options.quota_reserve};
}

std::unique_ptr<kaspersky::RequestLedger> make_ledger(storage::Database& store,
                                                      const telemetry::Log& log,
                                                      const storage::Shared* shared) {
  if (shared != nullptr) return std::make_unique<kaspersky::SharedLedger>(*shared, log);
  return std::make_unique<kaspersky::FileLedger>(store, log);
}

}  // namespace

LookupChain::LookupChain(LookupChainOptions options, storage::Database& store,
                         const telemetry::Log& log, const storage::Shared* shared)
    : options_(std::move(options)),
      log_(log),
      news_(shared, options_.requests_per_second),
      client_(options_.client),
      watch_(client_, log),
      ledger_(make_ledger(store, log, shared)),
      own_answers_(store, log),
      shared_answers_(shared != nullptr
                          ? std::make_unique<kaspersky::SharedAnswers>(*shared, own_answers_, log)
                          : nullptr),
      budget_(budget_options(options_), watch_, *ledger_, log),
      throttle_({.requests_per_second = options_.requests_per_second,
                 .reserve = news_.reserve(),
                 .announce_pause = news_.announce_pause()},
                budget_),
      refusals_({}, throttle_),
      breaker_({.max_waiting = options_.max_waiting, .announce = news_.announce_breaker()},
               refusals_, log),
      retries_({}, breaker_),
      cache_({.lifetimes = options_.cache_ttl,
              .max_size = options_.cache_size,
              .key = [this](const kaspersky::Inquiry& inquiry) { return client_.url_of(inquiry); },
              .memory = options_.client.memory,
              .hits = options_.metrics.cache_hits,
              .misses = options_.metrics.cache_misses},
             retries_, answers()),
      shared_(cache_, options_.metrics.joined) {
  news_.subscribe(breaker_, throttle_);
}

kaspersky::AnswerStore& LookupChain::answers() {
  if (shared_answers_) return *shared_answers_;
  return own_answers_;
}

const kaspersky::AnswerStore& LookupChain::answers() const {
  if (shared_answers_) return *shared_answers_;
  return own_answers_;
}

kaspersky::Outcome LookupChain::check_api_key(const net::Deadline& deadline) {
  auto plain = options_.client;
  plain.sections.clear();
  plain.records_count = 1;
  kaspersky::Client client(std::move(plain));
  kaspersky::Budget budget(budget_options(options_), client, *ledger_, log_);
  return budget.look_up({.kind = kaspersky::ObjectKind::hash,
                         .value = eicar_md5,
                         .purpose = kaspersky::Purpose::manual},
                        deadline);
}

std::optional<source::RequestsToday::Limit> LookupChain::left_today(bool all_counted) {
  const auto today =
      std::chrono::floor<std::chrono::days>(std::chrono::system_clock::now()).time_since_epoch();
  ledger_->begin(today.count());
  const auto figures = ledger_->figures(today.count());
  std::optional<source::RequestsToday::Limit> least;
  const auto limit = [&](std::int64_t quota, std::int64_t used) {
    const auto left = std::max<std::int64_t>(quota - used, 0);
    if (!least || left < least->left) least = {left, quota};
  };
  if (options_.daily_quota && all_counted) limit(*options_.daily_quota, figures.ours);
  if (figures.quota) limit(*figures.quota, figures.all);
  return least;
}

std::string LookupChain::store_problem() const {
  auto problem = ledger_->problem();
  return problem.empty() ? answers().problem() : problem;
}

}  // namespace tip
