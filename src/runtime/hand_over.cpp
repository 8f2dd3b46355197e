#include "runtime/hand_over.hpp"

#include <utility>

#include "opencti/observable.hpp"
#include "opencti/sharing.hpp"

namespace runtime {
namespace {

using nlohmann::json;

/// A broker that refuses a message so often does not want this one.
constexpr int most_refusals = 8;

/// The objects for the workers: the observable with what is new, and the new ones.
std::vector<json> objects_to_send(const Finding& finding) {
  auto objects = finding.enrichment->objects;
  objects.push_back(opencti::lean_object(finding.observable, finding.enrichment->update));
  opencti::share_with(objects, finding.granted_refs);
  return objects;
}

}  // namespace

Earlier HandOver::done_before(const Job& job, const std::stop_token& stop) const {
  if (!job.redelivered || job.message.work_id.empty()) return Earlier::none;
  const auto work = ports_.patience.retry(
      job, "Cannot ask for the state of the work, trying again",
      [&](const net::Deadline& deadline) {
        return ports_.platform.read_work(job.message.work_id, deadline);
      },
      stop);
  if (!work) return Earlier::none;
  if (work->reported) return Earlier::reported;
  // Of several messages some may have been sent twice, and count for others that never were.
  const bool countable =
      ports_.outbox.whole() && job.message.draft_id.empty() && work->expected > 0;
  return countable && work->processed >= work->expected ? Earlier::imported : Earlier::none;
}

Outgoing HandOver::prepare(const Job& job, const Finding& finding,
                           const std::stop_token& stop) const {
  const telemetry::Stopwatch stopwatch(ports_.steps.announcing);
  const auto work_id = ports_.track_imports ? job.message.work_id : std::string();
  Outgoing outgoing{.shipment = pack(job, finding, work_id),
                    .announced = false,
                    .looked = std::chrono::steady_clock::now()};
  for (const auto& dropped : outgoing.shipment.dropped) {
    job.log.warning("An object cannot be sent", {{"reason", dropped}});
  }
  outgoing.announced = !work_id.empty() && work_alive(job, stop);
  if (outgoing.announced) open_work(job, outgoing.shipment, stop);
  return outgoing;
}

bool HandOver::to_queue(const Job& job, Finding& finding, const std::optional<Outgoing>& outgoing,
                        Turn& turn, const std::stop_token& stop) const {
  if (outgoing && !finding.enrichment) {
    // It failed after the announcement.
    if (outgoing->announced) expect_no_more(job, stop);
  } else if (outgoing) {
    const auto sent = publish(job, finding, *outgoing, stop);
    if (sent == Sent::not_now) return false;
    if (sent == Sent::refused) {
      if (outgoing->announced) expect_no_more(job, stop);
      finding.outcome = "not_published";
      finding.text =
          "The result could not be sent: it was refused each time. The connector's log says why.";
      finding.in_error = true;
    }
    if (sent == Sent::yes && !outgoing->shipment.remark.empty()) {
      finding.text += " " + outgoing->shipment.remark;
    }
  }
  turn.leave();
  return close_work(job, finding, stop);
}

opencti::Shipment HandOver::pack(const Job& job, const Finding& finding,
                                 const std::string& work_id) const {
  return ports_.outbox.pack({.objects = objects_to_send(finding),
                             .work_id = work_id,
                             .draft_id = job.message.draft_id,
                             .applicant_id = job.message.applicant_id,
                             .entity_id = finding.observable.id});
}

HandOver::Sent HandOver::publish(const Job& job, const Finding& finding, const Outgoing& outgoing,
                                 const std::stop_token& stop) const {
  if (!worth_going_on(job, stop)) return Sent::not_now;
  const bool stale = std::chrono::steady_clock::now() - outgoing.looked > ports_.stale_after;
  if (outgoing.announced && (!stale || work_alive(job, stop))) {
    return send(job, outgoing.shipment, stop);
  }
  if (!ports_.track_imports || job.message.work_id.empty())
    return send(job, outgoing.shipment, stop);
  // The workers drop what belongs to a work that is gone; without a work id they never do.
  job.log.info("The work was closed meanwhile, publishing without it");
  if (outgoing.announced) expect_no_more(job, stop);
  return send(job, pack(job, finding, {}), stop);
}

HandOver::Sent HandOver::send(const Job& job, const opencti::Shipment& shipment,
                              const std::stop_token& stop) const {
  const telemetry::Stopwatch stopwatch(ports_.steps.publishing);
  auto backoff = ports_.patience.backoff();
  int refusals = 0;
  for (bool said = false; worth_going_on(job, stop); said = true) {
    const auto sent =
        ports_.outbox.send(shipment, net::Deadline::after(Patience::attempt_timeout, stop));
    if (sent) return Sent::yes;
    const auto kind = sent.error().kind;
    if (kind == net::ErrorKind::unroutable || kind == net::ErrorKind::refused) {
      ports_.register_again();
    }
    if (kind == net::ErrorKind::protocol && ++refusals == most_refusals) {
      job.log.error("The result is refused", {{"reason", sent.error().message}});
      return Sent::refused;
    }
    job.log.line(said ? telemetry::Level::debug : telemetry::Level::warning,
                 "Cannot publish the result, trying again", {{"reason", sent.error().message}});
    net::pause(backoff.next(), stop);
  }
  return Sent::not_now;
}

bool HandOver::work_alive(const Job& job, const std::stop_token& stop) const {
  const auto alive = ports_.patience.retry(
      job, "Cannot ask for the state of the work, trying again",
      [&](const net::Deadline& deadline) {
        return ports_.platform.work_alive(job.message.work_id, deadline);
      },
      stop);
  if (alive) return *alive;
  // Without its id the bundle is imported whatever the state of the work.
  if (worth_going_on(job, stop)) {
    job.log.warning("Cannot tell whether the work still stands, taking it that it does not",
                    {{"reason", alive.error().message}});
  }
  return false;
}

void HandOver::open_work(const Job& job, const opencti::Shipment& shipment,
                         const std::stop_token& stop) const {
  bool again = job.redelivered;
  const auto opened = ports_.patience.retry(
      job, "Cannot report on the work, trying again",
      [&](const net::Deadline& deadline) {
        return ports_.platform.open_work(job.message.work_id, shipment.expectations,
                                         std::exchange(again, true), deadline);
      },
      stop);
  if (!opened) {
    job.log.warning("Cannot open the work, publishing all the same",
                    {{"reason", opened.error().message}});
  }
}

void HandOver::expect_no_more(const Job& job, const std::stop_token& stop) const {
  const auto told = ports_.patience.retry(
      job, "Cannot report on the work, trying again",
      [&](const net::Deadline& deadline) {
        return ports_.platform.expect_no_more(job.message.work_id, deadline);
      },
      stop);
  if (!told && worth_going_on(job, stop)) {
    job.log.warning("The work stays in progress: what was announced cannot be taken back",
                    {{"reason", told.error().message}});
  }
}

bool HandOver::close_work(const Job& job, const Finding& finding,
                          const std::stop_token& stop) const {
  if (job.message.work_id.empty()) return true;
  const telemetry::Stopwatch stopwatch(ports_.steps.reporting);
  const auto closed = ports_.patience.retry(
      job, "Cannot report on the work, trying again",
      [&](const net::Deadline& deadline) {
        return ports_.platform.close_work(job.message.work_id, finding.text, finding.in_error,
                                          deadline);
      },
      stop);
  if (closed) return true;
  if (!worth_going_on(job, stop)) return false;
  job.log.error("The platform did not take the report on the work",
                {{"reason", closed.error().message}});
  return true;
}

}  // namespace runtime
