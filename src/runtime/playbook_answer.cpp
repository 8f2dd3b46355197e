#include "runtime/playbook_answer.hpp"

#include <unordered_set>
#include <vector>

#include "net/json.hpp"
#include "opencti/observable.hpp"
#include "opencti/sharing.hpp"
#include "runtime/wording.hpp"

namespace runtime {
namespace {

using namespace std::chrono_literals;
using nlohmann::json;
using opencti::ErrorKind;

/// The platform handles a playbook's whole bundle before it answers; pycti waits as long.
constexpr auto playbook_timeout = 300s;
/// At an answer that the platform itself fails on.
constexpr int most_failures = 3;

/// Always the same for a step, so that sending it again is sending the same.
json empty_bundle(const opencti::PlaybookStep& step) {
  return {{"type", "bundle"}, {"id", step.execution_id}, {"objects", json::array()}};
}

/// The playbook's bundle with the observable updated in place and the new objects behind.
json updated_bundle(json bundle, const Finding& finding) {
  auto objects = bundle["objects"].get<std::vector<json>>();
  std::unordered_set<std::string> ids;
  for (auto& object : objects) {
    const auto id = net::text_at(object, "id");
    if (id == finding.observable.id) {
      object = opencti::updated_object(std::move(object), finding.enrichment->update);
    }
    ids.insert(id);
  }
  for (const auto& object : finding.enrichment->objects) {
    if (ids.insert(net::text_at(object, "id")).second) objects.push_back(object);
  }
  opencti::share_with(objects, finding.granted_refs);
  bundle["objects"] = std::move(objects);
  return bundle;
}

/// Nothing of the finding is on the platform, whatever its text says.
void not_taken(Finding& finding, std::string text, bool in_error) {
  finding.outcome = "not_published";
  finding.text = std::move(text);
  finding.in_error = in_error;
}

/// The platform looked at the request and did nothing about it.
bool is_refusal(ErrorKind kind) {
  return kind == ErrorKind::rejected || kind == ErrorKind::not_understood;
}

/// The platform itself said that sending this again is of no use.
bool is_settled(ErrorKind kind) {
  return is_refusal(kind) || kind == ErrorKind::unsupported || kind == ErrorKind::internal;
}

}  // namespace

Earlier PlaybookAnswer::done_before(const Job& job) const {
  const auto entry = ledger_.find(job.step);
  if (!entry) return Earlier::none;
  return entry->answered ? Earlier::reported : Earlier::sent;
}

Handed PlaybookAnswer::give(const Job& job, Finding& finding, const std::stop_token& stop) const {
  const telemetry::Stopwatch stopwatch(ports_.steps.answering);
  const bool usable = net::member(job.message.bundle, "objects").is_array();
  if (!usable) {
    job.log.error("The playbook's message came without a bundle, answering with an empty one");
  }
  const auto original = usable ? job.message.bundle : empty_bundle(*job.message.playbook);
  const auto previous = net::dump_json(original);
  std::optional<std::string> changed;
  if (usable && finding.enrichment) changed = net::dump_json(updated_bundle(original, finding));

  const auto entry = ledger_.begin(job.step, std::move(changed));
  if (entry.answered) return Handed::done;
  auto answered = send(job, previous, entry.changed.value_or(previous), stop);
  if (!answered && entry.changed && is_refusal(answered.error().kind)) {
    job.log.error("The platform rejected the changed bundle, answering with the original",
                  {{"reason", answered.error().message}});
    not_taken(finding, rejected_in_playbook_text(answered.error().message), true);
    ledger_.refused(job.step);
    answered = send(job, previous, previous, stop);
  }
  if (!answered && !is_settled(answered.error().kind)) {
    return ports_.patience.handed(answered.error(), job, stop);
  }
  ledger_.answered(job.step);
  if (!answered) {
    job.log.error("The platform rejected the answer to the playbook",
                  {{"reason", answered.error().message}});
    not_taken(finding, unanswered_text(answered.error().message), true);
  } else if (!*answered) {
    job.log.warning("The playbook or its step does not exist any more");
    not_taken(finding, playbook_gone_text(), false);
  }
  return Handed::done;
}

opencti::Result<bool> PlaybookAnswer::send(const Job& job, const std::string& previous,
                                           const std::string& bundle,
                                           const std::stop_token& stop) const {
  auto soon = ports_.patience.backoff();
  net::Backoff later(ports_.after_unknown);
  auto tried = ports_.patience.attempts();
  int failures = 0;
  for (bool said = false;; said = true) {
    auto answered =
        ports_.platform.answer_playbook(*job.message.playbook, previous, bundle, job.started,
                                        net::Deadline::after(playbook_timeout, stop));
    if (answered) return answered;
    const auto& error = answered.error();
    const bool once_more = error.kind == ErrorKind::internal && ++failures < most_failures;
    if (is_settled(error.kind) && !once_more) return answered;
    if (!ports_.patience.worth_going_on(job, stop)) break;
    if (error.silent() && tried.stuck()) return answered;
    job.log.line(said ? telemetry::Level::debug : telemetry::Level::warning,
                 "Cannot answer the playbook, trying again", {{"reason", error.message}});
    net::pause(error.may_have_had_effect() ? later.next() : soon.next(), stop);
  }
  return opencti::failure(ErrorKind::stopped, "the message goes back to the queue");
}

}  // namespace runtime
