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
constexpr int max_rejections = 8;

/// The objects for the workers: the updated observable, and the new objects.
std::vector<json> objects_to_send(const EnrichmentResult& result) {
  auto objects = result.enrichment->objects;
  objects.push_back(opencti::lean_object(result.observable, result.enrichment->update));
  opencti::share_with(objects, result.granted_refs);
  return objects;
}

bool has_note(const opencti::Work& work, const std::string& text) {
  return std::find(work.notes.begin(), work.notes.end(), text) != work.notes.end();
}

/// Retries until the report is accepted, or the message cannot be settled any more.
template <class Call>
auto report(const Patience& patience, const Job& job, const std::stop_token& stop,
            const Call& call) {
  return patience.retry(job, "Cannot report on the work, retrying", call, stop,
                        Patience::ThroughFailures::yes);
}

}  // namespace

EarlierProgress HandOver::earlier_progress(const Job& job, const std::stop_token& stop) const {
  if (!partly_processed(job)) return EarlierProgress::none;
  const auto announced = ports_.sent.announced_for(job.key);
  if (!announced) return EarlierProgress::none;
  // Where the platform counts, the report comes before the result.
  if (*announced == 0) return EarlierProgress::reported;
  const auto work = read_work(job, stop);
  const bool ours = ports_.sent.announced_by_others(job.message.work_id, job.key) == 0;
  return work && work->reported && ours ? EarlierProgress::reported : EarlierProgress::sent;
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

Outgoing HandOver::prepare(const Job& job, const EnrichmentResult& result,
                           const std::stop_token& stop) const {
  const telemetry::Stopwatch stopwatch(ports_.steps.announcing);
  const auto work_id = ports_.track_imports ? job.message.work_id : opencti::WorkId();
  Outgoing outgoing{.packed = pack(job, result, {}, work_id),
                    .announced = false,
                    .known_open_at = std::chrono::steady_clock::now()};
  auto& packed = outgoing.packed;
  for (const auto& dropped : packed.dropped) {
    job.log.warning("An object cannot be sent", {{"reason", dropped}});
  }
  // A work does not count results that workers do not import, such as a workbench.
  if (packed.bundles.empty()) return outgoing;
  const bool agreed = agree_on_content(job, result, outgoing, work_id, stop);
  if (work_id.empty() || outgoing.sent) return outgoing;
  std::size_t bytes = 0;
  for (const auto& bundle : packed.bundles) bytes += bundle.size();
  outgoing.announced = agreed && ports_.sent.has_room(bytes) && work_alive(job, stop) &&
                       open_work(job, outgoing, stop);
  if (!outgoing.announced) packed = pack(job, result, outgoing.bundles_of_other, {});
  return outgoing;
}

/// A message without a work may come again with the same text as another request.
bool HandOver::agree_on_content(const Job& job, const EnrichmentResult& result, Outgoing& outgoing,
                                const opencti::WorkId& work_id, const std::stop_token& stop) const {
  if (job.message.work_id.empty()) return true;
  auto decision = ports_.patience.ask_store(
      job, "Cannot check whether another replica sends this result, waiting for the store",
      [&] { return ports_.sent.begin(job.key, job.message.work_id, outgoing.packed.bundles); },
      stop);
  if (!decision) return false;
  outgoing.sent = decision->sent;
  outgoing.agreed = decision->agreed;
  outgoing.announced_by_others = decision->announced_by_others;
  // A record that cannot be read, or has no objects, does not replace the result.
  if (objects_in(decision->bundles).empty()) return true;
  outgoing.bundles_of_other = std::move(decision->bundles);
  outgoing.packed = pack(job, result, outgoing.bundles_of_other, work_id);
  return true;
}

HandOverResult HandOver::to_queue(const Job& job, EnrichmentResult& result,
                                  std::optional<Outgoing>& outgoing, Turn& turn,
                                  const std::stop_token& stop) const {
  // Another replica may enrich the object now, or have enriched it: its work must not fail because
  // this delivery failed.
  const bool in_error = !result.enrichment && source::failed(result.outcome);
  if (in_error && ports_.patience.replica_may_have(job)) return HandOverResult::not_now;
  if (outgoing && !result.enrichment) {
    // It failed after the announcement.
    if (outgoing->announced) expect_fewer(job, outgoing->packed.expectations, stop);
  } else if (outgoing && outgoing->sent) {
    job.log.info("Another delivery of this message has sent its result");
    // The begin of the work was its only report.
    if (ports_.sent.announced_for(job.key) == 0) return HandOverResult::done;
  } else if (outgoing) {
    auto publication = publish(job, result, *outgoing, stop);
    turn.leave();
    const bool kept =
        publication.sent == Sent::yes && outgoing->announced && keep(job, result, *outgoing);
    if (publication.sent == Sent::yes && outgoing->announced && !kept) {
      // If the platform dropped it, that would not be noticed.
      const auto again = send(job, pack(job, result, outgoing->bundles_of_other, {}), stop);
      if (again.sent == Sent::not_now || again.sent == Sent::stuck) publication = again;
    }
    if (publication.sent == Sent::yes && !kept) ports_.sent.sent(job.key);
    const auto& [sent, reason] = publication;
    if (sent == Sent::not_now) return HandOverResult::not_now;
    if (sent == Sent::stuck) return HandOverResult::stuck;
    if (sent == Sent::yes && outgoing->announced) {
      // The begin of the work was its only report.
      if (outgoing->packed.announced_by == opencti::AnnouncedBy::platform)
        return HandOverResult::done;
      expect_no_more_than_ours(job, outgoing->packed, stop);
    }
    if (sent == Sent::rejected) {
      if (outgoing->announced) expect_fewer(job, outgoing->packed.expectations, stop);
      ports_.sent.rejected(job.key);
      result.outcome = source::Outcome::not_published;
      result.text = rejected_text(reason);
    }
    if (sent == Sent::yes && !outgoing->packed.remark.empty()) {
      result.text += " " + outgoing->packed.remark;
    }
  }
  turn.leave();
  if (!outgoing) expect_nothing_of_earlier(job, stop);
  return close_work(job, result, stop);
}

/// Called after publishing and before the report. If it were called before publishing, a crash in
/// between would leave a record of a result that was not sent, and the redelivered message would
/// count as done. If it were called after the report, a crash in between would leave a reported
/// work without a record, and a dropped result would not be noticed.
bool HandOver::keep(const Job& job, const EnrichmentResult& result, Outgoing& outgoing) const {
  return ports_.sent.keep({.key = job.key,
                           .work_id = job.message.work_id,
                           .announced = outgoing.packed.expectations,
                           .draft_id = job.message.draft_id,
                           .applicant_id = job.message.applicant_id,
                           .entity_id = opencti::EntityId(result.observable.id),
                           .bundles = std::move(outgoing.packed.bundles)});
}

opencti::Packed HandOver::pack(const Job& job, const EnrichmentResult& result,
                               const std::vector<std::string>& bundles_of_other,
                               const opencti::WorkId& work_id) const {
  return ports_.output.pack(
      {.objects = bundles_of_other.empty() ? objects_to_send(result) : objects_in(bundles_of_other),
       .work_id = work_id,
       .draft_id = job.message.draft_id,
       .applicant_id = job.message.applicant_id,
       .entity_id = opencti::EntityId(result.observable.id),
       .validate = job.message.force_validation});
}

HandOver::Publication HandOver::publish(const Job& job, const EnrichmentResult& result,
                                        Outgoing& outgoing, const std::stop_token& stop) const {
  if (!should_continue(job, stop)) return {Sent::not_now};
  // Another replica that has the message could send something else.
  if (!outgoing.agreed && ports_.patience.replica_may_have(job)) return {Sent::not_now};
  const bool stale = std::chrono::steady_clock::now() - outgoing.known_open_at > ports_.stale_after;
  if (outgoing.announced && stale && !work_alive(job, stop)) {
    expect_fewer(job, outgoing.packed.expectations, stop);
    outgoing.announced = false;
    outgoing.packed = pack(job, result, outgoing.bundles_of_other, {});
  }
  if (outgoing.announced && outgoing.packed.announced_by == opencti::AnnouncedBy::platform) {
    const auto begun = begin_work(job, being_sent_text(result.text), stop);
    if (begun == HandOverResult::not_now) return {Sent::not_now};
    if (begun == HandOverResult::stuck) return {Sent::stuck};
  }
  return send(job, outgoing.packed, stop);
}

HandOver::Publication HandOver::send(const Job& job, const opencti::Packed& packed,
                                     const std::stop_token& stop) const {
  const telemetry::Stopwatch stopwatch(ports_.steps.publishing);
  auto attempts = ports_.patience.attempts(job, stop);
  for (int rejections = 0; attempts.should_continue();) {
    const auto answer = packed.send(net::Deadline::after(Patience::attempt_timeout, stop));
    switch (answer.kind) {
      case opencti::SendAnswer::Kind::done:
        return {Sent::yes};
      case opencti::SendAnswer::Kind::retry:
        if (answer.by_intermediary && attempts.stuck()) return {Sent::stuck};
        break;
      case opencti::SendAnswer::Kind::register_again:
        ports_.register_again();
        break;
      case opencti::SendAnswer::Kind::rejected:
        if (++rejections < max_rejections) break;
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
  if (alive.error().kind != opencti::ErrorKind::not_permitted && should_continue(job, stop)) {
    job.log.warning("Cannot check whether the work is still open, assuming that it is closed",
                    {{"reason", alive.error().message}});
  }
  return false;
}

bool HandOver::open_work(const Job& job, const Outgoing& outgoing,
                         const std::stop_token& stop) const {
  // The delivery that began to send may have announced the objects too.
  bool may_be_open = partly_processed(job) || !outgoing.bundles_of_other.empty();
  const auto opened = report(ports_.patience, job, stop, [&](const net::Deadline& deadline) {
    return ports_.platform.open_work(job.message.work_id,
                                     {.expectations = outgoing.packed.expectations,
                                      .may_be_open = std::exchange(may_be_open, true),
                                      .announced_by_others = outgoing.announced_by_others},
                                     deadline);
  });
  if (!opened) {
    job.log.warning("Cannot open the work, publishing without its id",
                    {{"reason", opened.error().message}});
  }
  return opened.has_value();
}

void HandOver::expect_fewer(const Job& job, std::int64_t number,
                            const std::stop_token& stop) const {
  const auto reported = report(ports_.patience, job, stop, [&](const net::Deadline& deadline) {
    return ports_.platform.expect_fewer(job.message.work_id, number, deadline);
  });
  if (!reported && should_continue(job, stop)) {
    job.log.warning("The work stays in progress: its number of expected objects cannot be reduced",
                    {{"reason", reported.error().message}});
  }
}

/// An earlier delivery may have announced objects and ended before it sent them, and this one has
/// none to send: the work would never be complete. The earlier one may also have sent them, and
/// ended before that was recorded: where the platform would then drop them, nothing is taken back.
void HandOver::expect_nothing_of_earlier(const Job& job, const std::stop_token& stop) const {
  const auto& work_id = job.message.work_id;
  if (drops_late_results_ || !job.redelivered || work_id.empty() || !ports_.track_imports ||
      !ports_.announces_alone || !ports_.sent.problem().empty() ||
      ports_.sent.announced_for(job.key) || ports_.patience.replica_may_have(job)) {
    return;
  }
  const auto work = read_work(job, stop);
  const auto of_others = ports_.sent.announced_by_others(work_id, job.key);
  if (!work || work->reported || work->processed > of_others || work->expected <= of_others) return;
  expect_fewer(job, work->expected - of_others, stop);
}

HandOverResult HandOver::begin_work(const Job& job, const std::string& text,
                                    const std::stop_token& stop) const {
  if (partly_processed(job)) {
    // Beginning a work whose result is being imported, or was imported, would reopen it
    // permanently.
    const auto work = read_work(job, stop);
    if (work && (work->expected > 0 || has_note(*work, text))) return HandOverResult::done;
  }
  const auto reported = report(ports_.patience, job, stop, [&](const net::Deadline& deadline) {
    return ports_.platform.begin_work(job.message.work_id, text, deadline);
  });
  return reported ? HandOverResult::done : unreported(job, reported.error(), stop);
}

void HandOver::expect_no_more_than_ours(const Job& job, const opencti::Packed& packed,
                                        const std::stop_token& stop) const {
  if (packed.announced_by != opencti::AnnouncedBy::connector_or_platform) return;
  const auto all =
      packed.expectations + ports_.sent.announced_by_others(job.message.work_id, job.key);
  const auto reported = ports_.patience.retry(
      job, "Cannot read the counts of the work, retrying",
      [&](const net::Deadline& deadline) {
        return ports_.platform.expect_at_most(job.message.work_id, all, deadline);
      },
      stop);
  if (!reported && should_continue(job, stop)) {
    job.log.warning("The work may expect more objects than there are",
                    {{"reason", reported.error().message}});
  }
}

bool HandOver::is_reported(const Job& job, const std::string& text,
                           const std::stop_token& stop) const {
  if (!partly_processed(job)) return false;
  const auto work = read_work(job, stop);
  return work && work->reported && has_note(*work, text);
}

HandOverResult HandOver::close_work(const Job& job, const EnrichmentResult& result,
                                    const std::stop_token& stop) const {
  if (job.message.work_id.empty()) return HandOverResult::done;
  const telemetry::Stopwatch stopwatch(ports_.steps.reporting);
  if (is_reported(job, result.text, stop)) return HandOverResult::done;
  const auto closed = report(ports_.patience, job, stop, [&](const net::Deadline& deadline) {
    return ports_.platform.close_work(job.message.work_id, result.text,
                                      source::failed(result.outcome), deadline);
  });
  return closed ? HandOverResult::done : unreported(job, closed.error(), stop);
}

HandOverResult HandOver::unreported(const Job& job, const opencti::Error& error,
                                    const std::stop_token& stop) const {
  const auto result = ports_.patience.result_after(error, job, stop);
  if (result == HandOverResult::done) {
    job.log.error("The platform did not accept the report on the work",
                  {{"reason", error.message}});
  }
  return result;
}

}  // namespace runtime
