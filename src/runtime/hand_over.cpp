#include "runtime/hand_over.hpp"

#include "net/json.hpp"
#include "opencti/observable.hpp"
#include "opencti/sharing.hpp"
#include "stix/ids.hpp"

namespace runtime {
namespace {

using namespace std::chrono_literals;
using nlohmann::json;

/// One attempt at a call, before it is looked at whether to go on.
constexpr auto attempt_timeout = 60s;
/// A turn that came later than this makes the look at the work's state too old.
constexpr auto stale_after = 5s;

/// Calls `attempt` until it succeeds, fails for good, or there is no point in going on.
template <class Attempt, class MayGoOn>
auto patiently(const Job& job, const char* doing, Attempt attempt, MayGoOn may_go_on,
               const std::stop_token& stop) {
  net::Backoff backoff;
  bool said = false;
  while (true) {
    auto result = attempt(net::Deadline::after(attempt_timeout, stop));
    if (result || !result.error().outage() || !may_go_on()) return result;
    job.log.line(said ? telemetry::Level::debug : telemetry::Level::warning, doing,
                 {{"reason", result.error().message}});
    said = true;
    net::pause(backoff.next(), stop);
  }
}

/// The objects for the workers: the observable with what is new, and the new ones.
std::vector<json> objects_to_send(const Finding& finding) {
  auto objects = finding.enrichment->objects;
  objects.push_back(opencti::lean_object(finding.observable, finding.enrichment->update));
  opencti::share_with(objects, opencti::granted_refs(finding.stix));
  return objects;
}

json empty_bundle() {
  return {{"type", "bundle"}, {"id", stix::random_id("bundle")}, {"objects", json::array()}};
}

/// The playbook's bundle with the observable updated in place and the new objects behind.
json updated_bundle(json bundle, const Finding& finding) {
  auto objects = bundle["objects"].get<std::vector<json>>();
  for (auto& object : objects) {
    if (net::text_at(object, "id") != finding.observable.id) continue;
    object = opencti::updated_object(std::move(object), finding.enrichment->update);
  }
  for (const auto& object : finding.enrichment->objects) {
    const auto same_id = [&](const json& other) {
      return net::text_at(other, "id") == object["id"];
    };
    if (std::none_of(objects.begin(), objects.end(), same_id)) objects.push_back(object);
  }
  opencti::share_with(objects, opencti::granted_refs(finding.stix));
  bundle["objects"] = std::move(objects);
  return bundle;
}

}  // namespace

bool HandOver::may_go_on(const Job& job, const std::stop_token& stop) const {
  return !stop.stop_requested() && ports_.settler.current(job.tag);
}

bool HandOver::already_imported(const Job& job, const std::stop_token& stop) const {
  if (!job.redelivered || job.message.work_id.empty()) return false;
  const auto work = patiently(
      job, "Cannot ask for the state of the work, trying again",
      [&](const net::Deadline& deadline) {
        return ports_.platform.read_work(job.message.work_id, deadline);
      },
      [&] { return may_go_on(job, stop); }, stop);
  return work && work->imported();
}

bool HandOver::to_queue(const Job& job, const Finding& finding, Turn& turn,
                        const std::stop_token& stop) const {
  if (finding.enrichment && !publish(job, finding, turn, stop)) return false;
  turn.leave();
  return close_work(job, finding, stop);
}

bool HandOver::publish(const Job& job, const Finding& finding, Turn& turn,
                       const std::stop_token& stop) const {
  opencti::Parcel parcel{.objects = objects_to_send(finding),
                         .work_id = job.message.work_id,
                         .draft_id = job.message.draft_id,
                         .applicant_id = job.message.applicant_id};
  auto shipment = ports_.outbox.pack(parcel);
  for (const auto& dropped : shipment.dropped) {
    job.log.warning("An object cannot be sent", {{"reason", dropped}});
  }
  const auto looked = std::chrono::steady_clock::now();
  bool alive = work_alive(job, stop);
  if (alive) open_work(job, shipment, stop);

  if (!turn.wait(stop) || !may_go_on(job, stop)) return false;
  if (alive && std::chrono::steady_clock::now() - looked > stale_after)
    alive = work_alive(job, stop);
  if (!alive && !parcel.work_id.empty()) {
    // The workers drop what belongs to a work that is gone; without a work id they never do.
    job.log.info("The work was closed meanwhile, publishing without it");
    parcel.work_id.clear();
    shipment = ports_.outbox.pack(parcel);
  }
  return publish_shipment(job, shipment, stop);
}

bool HandOver::publish_shipment(const Job& job, const opencti::Shipment& shipment,
                                const std::stop_token& stop) const {
  net::Backoff backoff;
  bool said = false;
  while (may_go_on(job, stop)) {
    const auto sent = ports_.outbox.send(shipment, net::Deadline::after(attempt_timeout, stop));
    if (sent) return true;
    const auto kind = sent.error().kind;
    if (kind == net::ErrorKind::unroutable || kind == net::ErrorKind::refused)
      ports_.register_again();
    job.log.line(said ? telemetry::Level::debug : telemetry::Level::warning,
                 "Cannot publish the result, trying again", {{"reason", sent.error().message}});
    said = true;
    net::pause(backoff.next(), stop);
  }
  return false;
}

bool HandOver::work_alive(const Job& job, const std::stop_token& stop) const {
  if (job.message.work_id.empty()) return false;
  const auto alive = patiently(
      job, "Cannot ask for the state of the work, trying again",
      [&](const net::Deadline& deadline) {
        return ports_.platform.work_alive(job.message.work_id, deadline);
      },
      [&] { return may_go_on(job, stop); }, stop);
  if (alive) return *alive;
  job.log.warning("Cannot tell whether the work still stands, taking it that it does",
                  {{"reason", alive.error().message}});
  return true;
}

void HandOver::open_work(const Job& job, const opencti::Shipment& shipment,
                         const std::stop_token& stop) const {
  bool again = job.redelivered;
  const auto opened = patiently(
      job, "Cannot report on the work, trying again",
      [&](const net::Deadline& deadline) {
        return ports_.platform.open_work(job.message.work_id, shipment.expectations,
                                         std::exchange(again, true), deadline);
      },
      [&] { return may_go_on(job, stop); }, stop);
  if (!opened) {
    job.log.warning("Cannot open the work, publishing all the same",
                    {{"reason", opened.error().message}});
  }
}

bool HandOver::close_work(const Job& job, const Finding& finding,
                          const std::stop_token& stop) const {
  if (job.message.work_id.empty()) return true;
  const auto closed = patiently(
      job, "Cannot report on the work, trying again",
      [&](const net::Deadline& deadline) {
        return ports_.platform.close_work(job.message.work_id, finding.text, finding.in_error,
                                          deadline);
      },
      [&] { return may_go_on(job, stop); }, stop);
  if (closed) return true;
  if (!may_go_on(job, stop)) return false;
  job.log.error("The platform did not take the report on the work",
                {{"reason", closed.error().message}});
  return true;
}

bool HandOver::to_playbook(const Job& job, const Finding& finding,
                           const std::stop_token& stop) const {
  const auto& original = job.message.bundle;
  const bool usable = net::member(original, "objects").is_array();
  if (!usable)
    job.log.error("The playbook's message came without a bundle, answering with an empty one");
  const auto previous = usable ? original : empty_bundle();
  const auto bundle = usable && finding.enrichment ? updated_bundle(previous, finding) : previous;
  const auto answered = patiently(
      job, "Cannot answer the playbook, trying again",
      [&](const net::Deadline& deadline) {
        return ports_.platform.answer_playbook(*job.message.playbook, previous, bundle, job.started,
                                               deadline);
      },
      [&] { return may_go_on(job, stop); }, stop);
  if (!answered && !may_go_on(job, stop)) return false;
  if (!answered) {
    job.log.error("The platform did not take the answer to the playbook",
                  {{"reason", answered.error().message}});
  } else if (!*answered) {
    job.log.warning("The playbook or its step does not exist any more");
  }
  return true;
}

}  // namespace runtime
