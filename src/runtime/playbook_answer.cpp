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
/// Maximum number of failures of the platform at one answer.
constexpr int most_failures = 3;

/// The same text for a step each time, so that a repeated answer is identical.
std::string empty_bundle(const opencti::PlaybookStep& step) {
  return text::dump_json(
      {{"type", "bundle"}, {"id", step.execution_id}, {"objects", nlohmann::json::array()}});
}

opencti::BundleChange change_of(const Finding& finding) {
  return {.id = finding.observable.id,
          .update = finding.enrichment->update,
          .objects = finding.enrichment->objects,
          .granted_refs = finding.granted_refs};
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

/// The changed bundle; nothing if there is no change, or it is too large.
std::optional<std::string> changed_by(const Finding& finding, const Job& job) {
  if (!finding.enrichment) return std::nullopt;
  auto changed = opencti::changed_bundle(job.message.bundle, change_of(finding));
  if (opencti::fits_request({.bundle = job.message.bundle, .changed = changed})) return changed;
  job.log.error("The changed bundle is larger than OpenCTI accepts, answering with the original",
                {{"bytes", changed.size()}, {"limit", opencti::largest_request}});
  return std::nullopt;
}

/// Changes the finding, because nothing of it is on the platform.
void not_taken(Finding& finding, source::Outcome outcome, std::string text) {
  finding.outcome = outcome;
  finding.text = std::move(text);
}

/// The platform rejected the request without an effect.
bool is_refusal(ErrorKind kind) {
  return kind == ErrorKind::rejected || kind == ErrorKind::not_understood;
}

/// The platform itself reported an error that a retry does not change.
bool is_settled(ErrorKind kind) {
  return is_refusal(kind) || kind == ErrorKind::unsupported || kind == ErrorKind::internal;
}

}  // namespace

template <class Call>
auto PlaybookAnswer::patiently(const Job& job, Call call, const std::stop_token& stop) const {
  return ports_.patience.ask_store(
      job, "Cannot look whether the playbook was answered, waiting for the shared store",
      std::move(call), stop, ports_.longest_wait_for_ledger);
}

std::optional<Earlier> PlaybookAnswer::done_before(const Job& job,
                                                   const std::stop_token& stop) const {
  const auto entry = patiently(
      job, [&] { return ports_.ledger.find(job.step); }, stop);
  if (!entry) return std::nullopt;
  if (!*entry) return Earlier::none;
  return (*entry)->answered ? Earlier::reported : Earlier::sent;
}

bool PlaybookAnswer::can_change(const Job& job) {
  return !opencti::is_bundle(job.message.bundle) || opencti::can_change(job.message.bundle);
}

Handed PlaybookAnswer::give(const Job& job, Finding& finding, const std::stop_token& stop) const {
  const telemetry::Stopwatch stopwatch(ports_.steps.answering);
  const auto instead = instead_of(job);
  const auto original = instead ? std::string_view(*instead) : job.message.bundle;
  std::optional<std::string> changed;
  if (!instead) changed = changed_by(finding, job);

  const auto begun = patiently(
      job, [&] { return ports_.ledger.begin(job.step, changed); }, stop);
  if (!begun) return Handed::not_now;
  const auto& entry = *begun;
  if (entry.answered) return Handed::done;
  opencti::PlaybookReply reply{.bundle = original};
  if (entry.changed) reply.changed = *entry.changed;
  auto answered = send(job, reply, stop);
  if (!answered && entry.changed && is_refusal(answered.error().kind)) {
    job.log.error("The platform rejected the changed bundle, answering with the original",
                  {{"reason", answered.error().message}});
    not_taken(finding, source::Outcome::not_published,
              rejected_in_playbook_text(answered.error().message));
    ports_.ledger.refused(job.step);
    answered = send(job, {.bundle = original}, stop);
  }
  if (!answered && !is_settled(answered.error().kind)) {
    return ports_.patience.handed(answered.error(), job, stop);
  }
  ports_.ledger.answered(job.step);
  if (!answered) {
    job.log.error("The platform rejected the answer to the playbook",
                  {{"reason", answered.error().message}});
    not_taken(finding, source::Outcome::not_published, unanswered_text(answered.error().message));
  } else if (!*answered) {
    job.log.warning("The playbook or its step no longer exists");
    not_taken(finding, source::Outcome::playbook_gone, playbook_gone_text());
  }
  return Handed::done;
}

opencti::Result<bool> PlaybookAnswer::send(const Job& job, const opencti::PlaybookReply& reply,
                                           const std::stop_token& stop) const {
  auto attempts = ports_.patience.attempts(job, stop);
  net::Retry later(ports_.after_unknown, stop);
  for (int failures = 0;;) {
    auto answered = ports_.platform.answer_playbook(*job.message.playbook, reply, job.started,
                                                    net::Deadline::after(playbook_timeout, stop));
    if (answered) return answered;
    const auto& error = answered.error();
    const bool once_more = error.kind == ErrorKind::internal && ++failures < most_failures;
    if (is_settled(error.kind) && !once_more) return answered;
    if (!attempts.worth_going_on()) break;
    if (error.silent() && attempts.stuck()) return answered;
    attempts.log("Cannot answer the playbook, retrying", error.message);
    if (!error.may_have_had_effect()) {
      attempts.wait();
    } else if (!later.wait()) {
      break;
    }
  }
  return opencti::failure(ErrorKind::stopped, "the message goes back to the queue");
}

}  // namespace runtime
