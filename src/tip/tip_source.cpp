#include "tip/tip_source.hpp"

#include <chrono>
#include <utility>

#include "enrichment/convert.hpp"
#include "enrichment/portal.hpp"
#include "text/json.hpp"
#include "text/time.hpp"
#include "tip/state.hpp"
#include "tip/summary.hpp"
#include "tip/wording.hpp"

namespace tip {
namespace {

using source::Outcome;
using source::Verdict;

/// Midnight in UTC, in RFC 3339.
std::string today() { return text::date(std::chrono::system_clock::now()) + "T00:00:00.000Z"; }

/// Converts the outcome of a lookup to a verdict.
class Judge final {
 public:
  Judge(const source::Request& request, const enrichment::Question& question,
        const TipSourceOptions& options)
      : request_(request), question_(question), options_(options) {}

  [[nodiscard]] Verdict operator()(kaspersky::Outcome outcome) const {
    auto verdict = kaspersky::match(
        outcome, [&](kaspersky::Found& found) { return of_answer(found); },
        [&](const kaspersky::NotFound&) { return not_found(); },
        [&](const kaspersky::QuotaExhausted& exhausted) {
          auto failed = without_answer(outcome);
          failed.retry_at = exhausted.retry_at;
          return failed;
        },
        [&](const kaspersky::Unavailable& unavailable) {
          auto failed = without_answer(outcome);
          failed.deferred = unavailable.deferred;
          return failed;
        },
        [&](const kaspersky::one_of<kaspersky::Skipped, kaspersky::RateLimited, kaspersky::Refused,
                                    kaspersky::Rejected, kaspersky::Malformed> auto&) {
          return without_answer(outcome);
        });
    verdict.queried = {question_.value, std::string(name_of(question_.kind))};
    return verdict;
  }

 private:
  [[nodiscard]] static Verdict without_answer(const kaspersky::Outcome& outcome) {
    return {.outcome = kind_of(outcome), .text = outcome_text(outcome)};
  }

  [[nodiscard]] Verdict not_found() const {
    auto verdict = without_answer(kaspersky::NotFound{});
    if (options_.enrichment.note_not_found) {
      verdict.text = noted_as_unknown_text();
      verdict.enrichment =
          enrichment::not_found_enrichment(request_.observable, question_, {request_.markings, {}});
    }
    return verdict;
  }

  [[nodiscard]] Verdict of_answer(kaspersky::Found& found) const {
    auto verdict =
        enrichment::has_no_data(found.answer, question_) ? not_found() : converted(found.answer);
    if (!source::failed(verdict.outcome)) verdict.answer = std::move(found.text);
    verdict.memory = std::move(found.memory);
    return verdict;
  }

  [[nodiscard]] Verdict converted(const kaspersky::Answer& answer) const {
    const telemetry::Stopwatch stopwatch(options_.metrics.conversion);
    auto enrichment = enrichment::convert(answer, request_.observable, question_,
                                          options_.enrichment, {request_.markings, today()});
    if (!enrichment) return without_answer(kaspersky::Malformed{std::move(enrichment.error())});
    return {.outcome = Outcome::found,
            .text = found_text(answer.zone),
            .enrichment = std::move(*enrichment),
            .rating = answer.zone ? std::string(name_of(*answer.zone)) : std::string()};
  }

  const source::Request& request_;
  const enrichment::Question& question_;
  const TipSourceOptions& options_;
};

Verdict not_worth_a_lookup(const std::string& why) {
  return {.outcome = Outcome::skipped, .text = not_worth_a_lookup_text(why)};
}

LookupChainOptions counted(LookupChainOptions options, const Metrics& metrics,
                           const telemetry::Counter& failed_requests) {
  options.client.metrics = {.requests = metrics.requests,
                            .failures = failed_requests,
                            .retries = metrics.retries,
                            .took = metrics.request_duration};
  options.metrics = {.cache_hits = metrics.cache_hits,
                     .cache_misses = metrics.cache_misses,
                     .joined = metrics.shared_lookups};
  return options;
}

}  // namespace

TipSource::TipSource(TipSourceOptions options, LookupChainOptions chain, storage::Database& store,
                     const telemetry::Log& log, const storage::Shared* shared)
    : options_(std::move(options)),
      memory_(chain.client.memory),
      metrics_(options_.metrics.table ? Metrics(*options_.metrics.table) : Metrics()),
      chain_(std::make_unique<LookupChain>(
          counted(std::move(chain), metrics_, options_.metrics.failed_requests), store, log,
          shared)),
      lookup_(*chain_) {}

TipSource::TipSource(TipSourceOptions options, kaspersky::Lookup& lookup)
    : options_(std::move(options)), lookup_(lookup) {}

std::string_view TipSource::name() const { return source_name; }

Verdict TipSource::enrich(const source::Request& request, const net::Deadline& deadline) {
  const auto question =
      enrichment::question_about(request.observable, options_.enrichment.ask_about_reserved);
  if (!question) return not_worth_a_lookup(question.error());
  auto outcome = [&] {
    if (!request.answer.empty()) return read(request.answer, deadline);
    const telemetry::Stopwatch stopwatch(options_.metrics.lookup);
    return lookup_.look_up({.kind = question->kind,
                            .value = question->value,
                            .purpose = request.purpose,
                            .fresh = request.fresh},
                           deadline);
  }();
  return Judge(request, *question, options_)(std::move(outcome));
}

/// Of an answer that was read before.
kaspersky::Outcome TipSource::read(std::string_view answer, const net::Deadline& deadline) const {
  source::AnswerMemory::Lease memory;
  if (!memory_.take_for(answer.size(), memory, deadline)) {
    return kaspersky::Unavailable{
        .why = "no memory was free in time for the answer", .transient = false, .deferred = true};
  }
  auto known =
      text::parse_json(answer, memory_.limits(answer.size())).and_then(kaspersky::read_answer);
  if (!known) return kaspersky::Malformed{std::move(known.error())};
  return kaspersky::Found{std::move(*known), std::string(answer), std::move(memory)};
}

source::SourceState TipSource::state() const {
  if (!chain_) return {};
  auto state =
      state_of(chain_->breaker(), chain_->remaining_pause(), std::chrono::system_clock::now());
  state.quota = quota_of(chain_->allowance(), chain_->token_expires());
  state.store_problem = chain_->store_problem();
  return state;
}

void TipSource::update_metrics() {
  if (chain_) metrics_.update(state(), chain_->cached(), std::chrono::system_clock::now());
}

void TipSource::stop() {
  if (chain_) chain_->stop_waiting();
}

std::string TipSource::page_about(std::string_view value) const {
  return enrichment::portal_page(value);
}

source::CheckResult TipSource::check(const net::Deadline& deadline) {
  return chain_ == nullptr ? Source::check(deadline)
                           : check_result(chain_->check_api_key(deadline));
}

source::Summary TipSource::summarize(const Verdict& verdict) const {
  return tip::summarize(verdict);
}

std::optional<source::RequestsToday> TipSource::requests_today(source::Counted counted) {
  if (chain_ == nullptr) return std::nullopt;
  return source::RequestsToday{chain_->left_today(counted == source::Counted::here)};
}

Verdict judge_saved_answer(std::string_view answer, const source::Request& request,
                           const enrichment::Options& options) {
  constexpr bool reserved_too = true;
  const auto question = enrichment::question_about(request.observable, reserved_too);
  if (!question) return not_worth_a_lookup(question.error());
  const TipSourceOptions judging{.enrichment = options};
  const Judge judge(request, *question, judging);
  auto read = text::parse_json(answer).and_then(kaspersky::read_answer);
  if (!read) return judge(kaspersky::Malformed{std::move(read.error())});
  return judge(kaspersky::Found{std::move(*read), std::string(answer)});
}

}  // namespace tip
