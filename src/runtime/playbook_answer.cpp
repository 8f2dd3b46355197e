#include "runtime/playbook_answer.hpp"

#include "opencti/in/bundle_text.hpp"
#include "opencti/out/playbook_reply.hpp"
#include "runtime/wording.hpp"
#include "text/json.hpp"

namespace runtime {
namespace {

using namespace std::chrono_literals;
using opencti::ErrorKind;

/// The platform processes a playbook's whole bundle before it responds; pycti waits as long.
constexpr auto playbook_timeout = 300s;
/// After it the message goes back to the queue.
constexpr auto longest_wait_for_memory = 10min;
/// Growth up to this is not leased.
constexpr std::size_t small_growth = std::size_t{64} * 1024;

std::size_t leased_growth(std::size_t before, std::size_t after) {
  return after > before + small_growth ? opencti::cost_of_growth(before, after) : 0;
}

/// The same text for a step each time, so that a repeated answer is identical.
std::string empty_bundle(const opencti::PlaybookStep& step) {
  return text::dump_json(
      {{"type", "bundle"}, {"id", step.execution_id}, {"objects", nlohmann::json::array()}});
}

opencti::BundleChange change_of(const EnrichmentResult& result) {
  return {.id = result.observable.id,
          .update = result.enrichment->update,
          .objects = result.enrichment->objects,
          .granted_refs = result.granted_refs};
}

/// The replacement of an unchanged bundle that cannot be returned; nothing if it can.
std::optional<std::string> instead_of(const Job& job) {
  const auto original = job.message.bundle;
  if (!opencti::is_bundle(original)) {
    job.log.error("The playbook's message came without a bundle, answering with an empty one");
    return empty_bundle(*job.message.playbook);
  }
  if (opencti::fits_request({.bundle = original})) return std::nullopt;
  job.log.error(
      "The playbook's bundle is larger than OpenCTI accepts, answering with the step's object only",
      {{"bytes", original.size()}, {"limit", opencti::largest_request}});
  auto one = opencti::bundle_of_one(original, job.message.entity_id.text(),
                                    job.message.playbook->execution_id);
  return opencti::fits_request({.bundle = one}) ? one : empty_bundle(*job.message.playbook);
}

/// Changes the result, because nothing of it is on the platform.
void not_taken(EnrichmentResult& result, source::Outcome outcome, std::string text) {
  result.outcome = outcome;
  result.text = std::move(text);
}

/// The platform rejects this request each time, without an effect.
bool is_unacceptable(ErrorKind kind) {
  return kind == ErrorKind::too_large || kind == ErrorKind::not_understood;
}

/// The platform rejected the request without an effect, perhaps not each time.
bool is_rejection(ErrorKind kind) { return is_unacceptable(kind) || kind == ErrorKind::rejected; }

/// The platform itself reported an error that a retry does not change.
bool is_settled(ErrorKind kind) { return is_rejection(kind) || kind == ErrorKind::unsupported; }

}  // namespace

template <class Call>
auto PlaybookAnswer::patiently(const Job& job, Call call, const std::stop_token& stop) const {
  return ports_.patience.ask_store(
      job, "Cannot check whether the playbook was answered, waiting for the store", std::move(call),
      stop, ports_.longest_wait_for_ledger);
}

std::optional<EarlierProgress> PlaybookAnswer::earlier_progress(const Job& job,
                                                                const std::stop_token& stop) const {
  const auto entry = patiently(
      job, [&] { return ports_.ledger.find(job.step); }, stop);
  if (!entry) return std::nullopt;
  if (!*entry) return EarlierProgress::none;
  return (*entry)->answered ? EarlierProgress::reported : EarlierProgress::sent;
}

bool PlaybookAnswer::can_change(const Job& job) {
  return !opencti::is_bundle(job.message.bundle) || opencti::can_change(job.message.bundle);
}

HandOverResult PlaybookAnswer::give(const Job& job, EnrichmentResult& result,
                                    const std::stop_token& stop) const {
  const telemetry::Stopwatch stopwatch(ports_.steps.answering);
  const auto instead = instead_of(job);
  const auto original = instead ? std::string_view(*instead) : job.message.bundle;
  std::optional<std::string> changed;
  bool too_large = false;
  if (!instead && result.enrichment) {
    const auto change = change_of(result);
    const auto size = opencti::changed_size(original, change, stop);
    if (size) changed = opencti::changed_bundle(original, change, *size, stop);
    if (stop.stop_requested()) return HandOverResult::not_now;
    too_large = !size;
  }

  const auto begun = patiently(
      job, [&] { return ports_.ledger.begin(job.step, changed, job.message.bundle.size()); }, stop);
  if (!begun) return HandOverResult::unavailable;
  const auto& entry = *begun;
  if (entry.answered) return HandOverResult::done;
  // The entry has the content.
  changed.reset();
  if (!keep_only_content(job, entry, result, stop)) return HandOverResult::unavailable;
  if (too_large && !entry.changed) {
    job.log.error("The playbook's bundle with the result is too large, answering with the original",
                  {{"bytes", original.size()}, {"organisations", result.granted_refs.size()}});
    not_taken(result, source::Outcome::too_large, too_large_in_playbook_text());
  }
  opencti::PlaybookReply reply{.bundle = original};
  if (entry.changed) reply.changed = *entry.changed;
  bool may_have_arrived = entry.earlier;
  auto answered = send(job, reply, may_have_arrived, stop);
  const bool without_effect =
      !answered && (is_unacceptable(answered.error().kind) ||
                    (is_rejection(answered.error().kind) && !may_have_arrived));
  if (without_effect && entry.changed) {
    job.log.error("The platform rejected the changed bundle, answering with the original",
                  {{"reason", answered.error().message}});
    not_taken(result, source::Outcome::not_published,
              rejected_in_playbook_text(answered.error().message));
    const auto recorded = patiently(
        job, [&] { return ports_.ledger.rejected(job.step); }, stop);
    if (!recorded) return HandOverResult::unavailable;
    answered = send(job, {.bundle = original}, may_have_arrived, stop);
  }
  if (!answered && !is_settled(answered.error().kind)) {
    const auto what = ports_.patience.result_after(answered.error(), job, stop);
    if (what != HandOverResult::done) return what;
  }
  ports_.ledger.answered(job.step);
  if (!answered && may_have_arrived) {
    job.log.error(
        "The platform did not accept the repeated answer to the playbook; an earlier "
        "attempt may have arrived",
        {{"reason", answered.error().message}});
    not_taken(result, source::Outcome::not_published,
              perhaps_answered_text(answered.error().message));
  } else if (!answered) {
    job.log.error("The platform rejected the answer to the playbook",
                  {{"reason", answered.error().message}});
    not_taken(result, source::Outcome::not_published, unanswered_text(answered.error().message));
  } else if (!*answered) {
    job.log.warning("The playbook or its step no longer exists");
    not_taken(result, source::Outcome::playbook_gone, playbook_gone_text());
  }
  return HandOverResult::done;
}

bool PlaybookAnswer::keep_only_content(const Job& job, const PlaybookLedger::Entry& entry,
                                       EnrichmentResult& result,
                                       const std::stop_token& stop) const {
  if (result.enrichment) *result.enrichment = {};
  if (ports_.memory == nullptr) return true;
  const auto growth =
      entry.changed ? leased_growth(job.message.bundle.size(), entry.changed->size()) : 0;
  if (result.memory) {
    ports_.memory->shrink(result.memory, growth);
  } else if (growth > 0) {
    // An earlier delivery recorded the content.
    result.memory =
        ports_.memory->hold(growth, net::Deadline::after(longest_wait_for_memory, stop));
  }
  return growth == 0 || result.memory;
}

opencti::Result<bool> PlaybookAnswer::send(const Job& job, const opencti::PlaybookReply& reply,
                                           bool& may_have_arrived,
                                           const std::stop_token& stop) const {
  auto attempts = ports_.patience.attempts(job, stop);
  net::Retry later(ports_.after_unknown, stop);
  for (;;) {
    auto answered = ports_.platform.answer_playbook(*job.message.playbook, reply, job.started,
                                                    net::Deadline::after(playbook_timeout, stop));
    if (answered) return answered;
    const auto& error = answered.error();
    may_have_arrived = may_have_arrived || error.may_have_had_effect();
    if (is_settled(error.kind)) return answered;
    if (!attempts.should_continue()) break;
    if (error.no_response() && attempts.stuck()) return answered;
    if (error.kind == ErrorKind::internal && attempts.failing()) return answered;
    attempts.log("Cannot answer the playbook, retrying", error.message);
    if (!error.may_have_had_effect()) {
      attempts.wait(error);
    } else if (!later.wait()) {
      break;
    }
  }
  return opencti::failure(ErrorKind::stopped, "the message goes back to the queue");
}

}  // namespace runtime
