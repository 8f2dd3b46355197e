#include "runtime/hand_over.hpp"

#include <algorithm>
#include <utility>

#include "opencti/client/sharing.hpp"
#include "opencti/in/observable.hpp"
#include "runtime/wording.hpp"

namespace runtime {
namespace {

using nlohmann::json;

/// An output that rejects a result this many times does not take it.
constexpr int most_rejections = 8;

/// The objects for the workers: the updated observable, and the new objects.
std::vector<json> objects_to_send(const Finding& finding) {
  auto objects = finding.enrichment->objects;
  objects.push_back(opencti::lean_object(finding.observable, finding.enrichment->update));
  opencti::share_with(objects, finding.granted_refs);
  return objects;
}

bool has_note(const opencti::Work& work, const std::string& text) {
  return std::find(work.notes.begin(), work.notes.end(), text) != work.notes.end();
}

/// Retries until the report is accepted, or the message cannot be settled any more.
template <class Call>
auto report(const Patience& patience, const Job& job, const std::stop_token& stop,
            const Call& call) {
  return patience.retry(job, "Cannot report on the work, retrying", call, stop);
}

}  // namespace

Earlier HandOver::done_before(const Job& job, const std::stop_token& stop) const {
  if (!job.redelivered) return Earlier::none;
  const auto announced = ports_.sent.announced_for(job.key);
  if (!announced) return Earlier::none;
  // Where the platform counts, the report comes before the result.
  if (*announced == 0) return Earlier::reported;
  const auto work = read_work(job, stop);
  const bool ours = ports_.sent.announced_by_others(job.message.work_id, job.key) == 0;
  return work && work->reported && ours ? Earlier::reported : Earlier::sent;
}

std::optional<opencti::Work> HandOver::read_work(const Job& job,
                                                 const std::stop_token& stop) const {
  auto work = ports_.patience.retry(
      job, "Cannot read the state of the work, retrying",
      [&](const net::Deadline& deadline) {
        return ports_.platform.read_work(job.message.work_id, deadline);
      },
      stop);
  if (!work) return std::nullopt;
  return std::move(*work);
}

Outgoing HandOver::prepare(const Job& job, const Finding& finding,
                           const std::stop_token& stop) const {
  const telemetry::Stopwatch stopwatch(ports_.steps.announcing);
  const auto work_id = ports_.track_imports ? job.message.work_id : opencti::WorkId();
  Outgoing outgoing{.packed = pack(job, finding, {}, work_id),
                    .announced = false,
                    .looked = std::chrono::steady_clock::now()};
  auto& packed = outgoing.packed;
  for (const auto& dropped : packed.dropped) {
    job.log.warning("An object cannot be sent", {{"reason", dropped}});
  }
  // A work does not count results that workers do not import, such as a workbench.
  if (packed.bundles.empty()) return outgoing;
  const bool agreed = agree(job, finding, outgoing, work_id, stop);
  if (work_id.empty() || outgoing.sent) return outgoing;
  std::size_t bytes = 0;
  for (const auto& bundle : packed.bundles) bytes += bundle.size();
  outgoing.announced = agreed && ports_.sent.has_room(bytes) && work_alive(job, stop) &&
                       open_work(job, outgoing, stop);
  if (!outgoing.announced) packed = pack(job, finding, outgoing.of_another, {});
  return outgoing;
}

/// A message without a work may come again with the same text as another request.
bool HandOver::agree(const Job& job, const Finding& finding, Outgoing& outgoing,
                     const opencti::WorkId& work_id, const std::stop_token& stop) const {
  if (job.message.work_id.empty()) return true;
  auto begun = ports_.patience.ask_store(
      job, "Cannot look whether another replica sends this result, waiting for the shared store",
      [&] { return ports_.sent.begin(job.key, job.message.work_id, outgoing.packed.bundles); },
      stop);
  if (!begun) return false;
  outgoing.sent = begun->sent;
  outgoing.announced_by_others = begun->announced_by_others;
  // A record that cannot be read, or has no objects, does not replace the result.
  if (objects_in(begun->bundles).empty()) return true;
  outgoing.of_another = std::move(begun->bundles);
  outgoing.packed = pack(job, finding, outgoing.of_another, work_id);
  return true;
}

Handed HandOver::to_queue(const Job& job, Finding& finding, std::optional<Outgoing>& outgoing,
                          Turn& turn, const std::stop_token& stop) const {
  if (outgoing && !finding.enrichment) {
    // It failed after the announcement.
    if (outgoing->announced) expect_no_more(job, outgoing->packed, stop);
  } else if (outgoing && outgoing->sent) {
    job.log.info("Another delivery of this message has sent its result");
    // The begin of the work was its only report.
    if (ports_.sent.announced_for(job.key) == 0) return Handed::done;
  } else if (outgoing) {
    auto publication = publish(job, finding, *outgoing, stop);
    turn.leave();
    const bool kept =
        publication.sent == Sent::yes && outgoing->announced && keep(job, finding, *outgoing);
    if (publication.sent == Sent::yes && outgoing->announced && !kept) {
      // If the platform dropped it, that would not be noticed.
      const auto again = send(job, pack(job, finding, outgoing->of_another, {}), stop);
      if (again.sent == Sent::not_now || again.sent == Sent::stuck) publication = again;
    }
    if (publication.sent == Sent::yes && !kept) ports_.sent.sent(job.key);
    const auto& [sent, reason] = publication;
    if (sent == Sent::not_now) return Handed::not_now;
    if (sent == Sent::stuck) return Handed::stuck;
    if (sent == Sent::yes && outgoing->announced) {
      // The begin of the work was its only report.
      if (outgoing->packed.counting == opencti::Counting::theirs) return Handed::done;
      expect_no_more_than_ours(job, outgoing->packed, stop);
    }
    if (sent == Sent::rejected) {
      if (outgoing->announced) expect_no_more(job, outgoing->packed, stop);
      ports_.sent.rejected(job.key);
      finding.outcome = source::Outcome::not_published;
      finding.text = rejected_text(reason);
    }
    if (sent == Sent::yes && !outgoing->packed.remark.empty()) {
      finding.text += " " + outgoing->packed.remark;
    }
  }
  turn.leave();
  return close_work(job, finding, stop);
}

/// Called after publishing and before the report. If it were called before publishing, a crash in
/// between would leave a record of a result that was not sent, and the redelivered message would
/// count as done. If it were called after the report, a crash in between would leave a reported
/// work without a record, and a dropped result would not be noticed.
bool HandOver::keep(const Job& job, const Finding& finding, Outgoing& outgoing) const {
  return ports_.sent.keep({.key = job.key,
                           .work_id = job.message.work_id,
                           .announced = outgoing.packed.expectations,
                           .draft_id = job.message.draft_id,
                           .applicant_id = job.message.applicant_id,
                           .entity_id = opencti::EntityId(finding.observable.id),
                           .bundles = std::move(outgoing.packed.bundles)});
}

opencti::Packed HandOver::pack(const Job& job, const Finding& finding,
                               const std::vector<std::string>& of_another,
                               const opencti::WorkId& work_id) const {
  return ports_.output.pack(
      {.objects = of_another.empty() ? objects_to_send(finding) : objects_in(of_another),
       .work_id = work_id,
       .draft_id = job.message.draft_id,
       .applicant_id = job.message.applicant_id,
       .entity_id = opencti::EntityId(finding.observable.id),
       .validate = job.message.force_validation});
}

HandOver::Publication HandOver::publish(const Job& job, const Finding& finding, Outgoing& outgoing,
                                        const std::stop_token& stop) const {
  if (!worth_going_on(job, stop)) return {Sent::not_now};
  const bool stale = std::chrono::steady_clock::now() - outgoing.looked > ports_.stale_after;
  if (outgoing.announced && stale && !work_alive(job, stop)) {
    expect_no_more(job, outgoing.packed, stop);
    outgoing.announced = false;
    outgoing.packed = pack(job, finding, outgoing.of_another, {});
  }
  if (outgoing.announced && outgoing.packed.counting == opencti::Counting::theirs) {
    const auto begun = begin_work(job, being_sent_text(finding.text), stop);
    if (begun == Handed::not_now) return {Sent::not_now};
    if (begun == Handed::stuck) return {Sent::stuck};
  }
  return send(job, outgoing.packed, stop);
}

HandOver::Publication HandOver::send(const Job& job, const opencti::Packed& packed,
                                     const std::stop_token& stop) const {
  const telemetry::Stopwatch stopwatch(ports_.steps.publishing);
  auto attempts = ports_.patience.attempts(job, stop);
  for (int rejections = 0; attempts.worth_going_on();) {
    const auto answer = packed.send(net::Deadline::after(Patience::attempt_timeout, stop));
    switch (answer.kind) {
      case opencti::SendAnswer::Kind::done:
        return {Sent::yes};
      case opencti::SendAnswer::Kind::again:
        if (answer.by_intermediary && attempts.stuck()) return {Sent::stuck};
        break;
      case opencti::SendAnswer::Kind::register_again:
        ports_.register_again();
        break;
      case opencti::SendAnswer::Kind::never:
        if (++rejections < most_rejections) break;
        job.log.error("Result rejected 8 times, giving up", {{"reason", answer.reason}});
        return {Sent::rejected, answer.reason};
    }
    attempts.log("Cannot publish the result, retrying", answer.reason);
    attempts.wait();
  }
  return {Sent::not_now};
}

bool HandOver::work_alive(const Job& job, const std::stop_token& stop) const {
  const auto alive = ports_.patience.retry(
      job, "Cannot read the state of the work, retrying",
      [&](const net::Deadline& deadline) {
        return ports_.platform.work_alive(job.message.work_id, deadline);
      },
      stop);
  if (alive) {
    // Workers drop messages of a work that was deleted or closed, but never messages without a work
    // id.
    if (!*alive) job.log.info("The work was closed in the meantime, publishing without its id");
    return *alive;
  }
  // Without its id the bundle is imported in any state of the work.
  if (alive.error().kind != opencti::ErrorKind::not_permitted && worth_going_on(job, stop)) {
    job.log.warning("Cannot read whether the work is still open, assuming that it is closed",
                    {{"reason", alive.error().message}});
  }
  return false;
}

bool HandOver::open_work(const Job& job, const Outgoing& outgoing,
                         const std::stop_token& stop) const {
  // The delivery that began to send may have announced the objects too.
  bool again = job.redelivered || !outgoing.of_another.empty();
  const auto opened = report(ports_.patience, job, stop, [&](const net::Deadline& deadline) {
    return ports_.platform.open_work(job.message.work_id,
                                     {.expectations = outgoing.packed.expectations,
                                      .again = std::exchange(again, true),
                                      .of_others = outgoing.announced_by_others},
                                     deadline);
  });
  if (!opened) {
    job.log.warning("Cannot open the work, publishing without its id",
                    {{"reason", opened.error().message}});
  }
  return opened.has_value();
}

void HandOver::expect_no_more(const Job& job, const opencti::Packed& packed,
                              const std::stop_token& stop) const {
  const auto told = report(ports_.patience, job, stop, [&](const net::Deadline& deadline) {
    return ports_.platform.expect_fewer(job.message.work_id, packed.expectations, deadline);
  });
  if (!told && worth_going_on(job, stop)) {
    job.log.warning("The work stays in progress: the announced objects cannot be taken back",
                    {{"reason", told.error().message}});
  }
}

Handed HandOver::begin_work(const Job& job, const std::string& text,
                            const std::stop_token& stop) const {
  if (job.redelivered) {
    // Beginning a work whose result is being imported, or was imported, would reopen it
    // permanently.
    const auto work = read_work(job, stop);
    if (work && (work->expected > 0 || has_note(*work, text))) return Handed::done;
  }
  const auto told = report(ports_.patience, job, stop, [&](const net::Deadline& deadline) {
    return ports_.platform.begin_work(job.message.work_id, text, deadline);
  });
  return told ? Handed::done : unreported(job, told.error(), stop);
}

void HandOver::expect_no_more_than_ours(const Job& job, const opencti::Packed& packed,
                                        const std::stop_token& stop) const {
  if (packed.counting != opencti::Counting::ours_or_theirs) return;
  const auto all =
      packed.expectations + ports_.sent.announced_by_others(job.message.work_id, job.key);
  const auto told = ports_.patience.retry(
      job, "Cannot read the counts of the work, retrying",
      [&](const net::Deadline& deadline) {
        return ports_.platform.expect_at_most(job.message.work_id, all, deadline);
      },
      stop);
  if (!told && worth_going_on(job, stop)) {
    job.log.warning("The work may expect more objects than there are",
                    {{"reason", told.error().message}});
  }
}

bool HandOver::says_already(const Job& job, const std::string& text,
                            const std::stop_token& stop) const {
  if (!job.redelivered) return false;
  const auto work = read_work(job, stop);
  return work && work->reported && has_note(*work, text);
}

Handed HandOver::close_work(const Job& job, const Finding& finding,
                            const std::stop_token& stop) const {
  if (job.message.work_id.empty()) return Handed::done;
  const telemetry::Stopwatch stopwatch(ports_.steps.reporting);
  if (says_already(job, finding.text, stop)) return Handed::done;
  const auto closed = report(ports_.patience, job, stop, [&](const net::Deadline& deadline) {
    return ports_.platform.close_work(job.message.work_id, finding.text,
                                      source::failed(finding.outcome), deadline);
  });
  return closed ? Handed::done : unreported(job, closed.error(), stop);
}

Handed HandOver::unreported(const Job& job, const opencti::Error& error,
                            const std::stop_token& stop) const {
  const auto handed = ports_.patience.handed(error, job, stop);
  if (handed == Handed::done) {
    job.log.error("The platform did not accept the report on the work",
                  {{"reason", error.message}});
  }
  return handed;
}

}  // namespace runtime
