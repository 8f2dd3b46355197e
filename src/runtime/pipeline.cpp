#include "runtime/pipeline.hpp"

#include <fmt/format.h>

#include <exception>
#include <new>
#include <tuple>
#include <utility>

#include "opencti/in/salvage.hpp"
#include "runtime/work_time.hpp"
#include "telemetry/thread_failure.hpp"

namespace runtime {
namespace {

using source::Outcome;

constexpr const char* out_of_memory = "there was not enough memory";
constexpr std::size_t longest_logged_body = std::size_t{64} * 1024;

telemetry::Attributes identifying(const opencti::Message& message) {
  telemetry::Attributes attributes{{"mode", opencti::name_of(message.mode)},
                                   {"entity_id", message.entity_id.text()}};
  if (!message.work_id.empty()) attributes["work_id"] = message.work_id.text();
  if (message.playbook) attributes["playbook_execution_id"] = message.playbook->execution_id;
  return attributes;
}

/// For a message that was sent or reported already when it was delivered again.
EnrichmentResult done_already(EarlierProgress progress, bool in_playbook) {
  const bool reported = progress == EarlierProgress::reported;
  EnrichmentResult result;
  result.outcome = reported ? Outcome::already_reported : Outcome::already_sent;
  if (in_playbook) {
    result.text = reported ? "The step was answered before."
                           : "The same answer was sent before the connector was interrupted.";
  } else {
    result.text = reported ? "The work was reported on before."
                           : "The result was sent before the connector was interrupted.";
  }
  return result;
}

EnrichmentResult given_up(const EarlierAttempts& earlier) {
  EnrichmentResult result;
  result.outcome = Outcome::given_up;
  result.text =
      fmt::format("Gave up after {} attempts. Last error: {}.", earlier.attempts, earlier.reason);
  return result;
}

opencti::Result<opencti::Message> read(std::string body, const EarlierAttempts& earlier) {
  if (!Attempts::only_searched(earlier)) return opencti::read_message(std::move(body));
  const bool with_bundle = earlier.reason == Attempts::crashed_reading;
  return opencti::salvage_message(std::make_shared<const std::string>(std::move(body)),
                                  earlier.reason, with_bundle);
}

/// @throws std::bad_alloc, which is not an error of the message
opencti::Result<opencti::Message> read_safely(std::string body, const EarlierAttempts& earlier) {
  try {
    return read(std::move(body), earlier);
  } catch (const std::bad_alloc&) {
    throw;
  } catch (const std::exception& bug) {
    return opencti::failure(opencti::ErrorKind::malformed, bug.what());
  }
}

/// For a playbook's bundle that is too large to be returned with any changes.
EnrichmentResult too_large_to_change() {
  EnrichmentResult result;
  result.outcome = Outcome::too_large;
  result.text =
      "Not looked up: the playbook's bundle is too large. OpenCTI would reject it with the result "
      "added.";
  return result;
}

EnrichmentResult internal_error(const std::exception& bug) {
  EnrichmentResult result;
  result.outcome = Outcome::internal_error;
  result.text = fmt::format("The connector failed on this object: {}.", bug.what());
  return result;
}

}  // namespace

Pipeline::Pipeline(PipelineOptions options, const Enricher& enricher, const HandOver& hand_over,
                   const PlaybookAnswer& playbooks, Settler& settler, Attempts& attempts,
                   telemetry::Log log)
    : options_(std::move(options)),
      enricher_(enricher),
      hand_over_(hand_over),
      playbooks_(playbooks),
      settler_(settler),
      log_(std::move(log)),
      attempts_(attempts),
      in_progress_(attempts) {
  for (int i = 0; i < options_.workers; ++i) {
    workers_.emplace_back(
        os::ThreadOptions{.name = "worker", .failed = telemetry::report_to(log_, "enriching")},
        [this](const std::stop_token& closing) { work(closing); });
  }
}

Pipeline::~Pipeline() { finish(std::chrono::milliseconds::zero()); }

void Pipeline::take(net::Delivery delivery) {
  const auto bytes = delivery.body.size();
  auto key = Attempts::key_of(delivery.body);
  // Before the attempt is recorded: the process can crash at any moment after that.
  std::optional<AttemptsInProgress::Spared> spared;
  if (delivery.redelivered && attempts_.find(key).crashed_reading) spared.emplace(in_progress_);
  auto earlier = attempts_.begin_reading(key);
  if (earlier.attempts >= Attempts::drop_after) {
    log_.error("A message ended the process at each attempt, dropping it",
               {{"attempts", earlier.attempts}, {"bytes", bytes}});
    attempts_.over(key);
    return settler_.reject(delivery.tag);
  }
  auto message = read_safely(std::move(delivery.body), earlier);
  spared.reset();
  if (!message) {
    options_.unreadable.add();
    log_.error("A message from the platform cannot be read, dropping it",
               {{"reason", message.error().message}, {"bytes", bytes}});
    attempts_.over(key);
    return settler_.reject(delivery.tag);
  }
  in_progress_.was_read(key, earlier);
  if (delivery.cut) message->defect = "it is too large";
  auto log = log_.with(identifying(*message));
  log.debug("Message received", {{"redelivered", delivery.redelivered}});
  std::ignore = scheduler_.take_out([&](const Job& job) {
    return hand_over_.patience().requeued(job) && !hand_over_.patience().finishes_requeued(job);
  });
  if (message->mode == opencti::Mode::automatic && waits_for_quota()) {
    return settler_.defer(delivery.tag);
  }
  if (renew(delivery, key)) return;

  auto step = message->playbook ? PlaybookLedger::key_of(*message->playbook, key) : std::string();
  const bool given_up = earlier.attempts >= Attempts::give_up_after;
  if (given_up) {
    log.debug("Body of the message, which was given up",
              {{"body", message->body->substr(0, longest_logged_body)}});
  }
  const bool suspect = earlier.crashed;
  const auto now = std::chrono::steady_clock::now();
  const auto made = time_of_work(message->work_id);
  auto task = std::make_unique<Task>(Job{.tag = delivery.tag,
                                         .redelivered = delivery.redelivered,
                                         .message = std::move(*message),
                                         .memory = std::move(delivery.memory),
                                         .log = std::move(log),
                                         .started = std::chrono::system_clock::now(),
                                         .give_up_at = now + options_.message_timeout,
                                         .key = std::move(key),
                                         .step = std::move(step),
                                         .earlier = std::move(earlier),
                                         .suspect = suspect},
                                     scheduler_.publish_order(), made);
  // A playbook's answer does not use the workers' queue, so it needs no turn.
  if (task->job.message.playbook) task->turn.leave();
  if (scheduler_.add(std::move(task))) settler_.give_back(delivery.tag);
}

/// If an earlier delivery of the message is not begun, that is this one from now on: it keeps its
/// place in the order of results.
bool Pipeline::renew(const net::Delivery& delivery, const std::string& key) {
  if (!delivery.redelivered) return false;
  return scheduler_.change(
      [&](const Job& job) { return job.key == key && hand_over_.patience().requeued(job); },
      [&](Job& job) {
        job.tag = delivery.tag;
        job.redelivered = true;
        job.give_up_at = std::chrono::steady_clock::now() + options_.message_timeout;
      });
}

bool Pipeline::finish(std::chrono::milliseconds grace) {
  closing_ = true;
  const auto given_back = scheduler_.close([this](const Job& job) { return gone(job); });
  for (const auto& task : given_back) settler_.give_back(task->job.tag);
  const bool finished = wait_for_end(grace);
  abandon_.request_stop();
  workers_.clear();
  for (const auto& task : scheduler_.take_rest()) settle(*task, false);
  return finished && unfinished_ == 0 && lost_ == 0;
}

bool Pipeline::wait_for_end(std::chrono::milliseconds grace) {
  constexpr std::chrono::milliseconds poll_interval{200};
  const auto end = net::Deadline::after(grace, abandon_.get_token());
  while (!scheduler_.finish(end.within(poll_interval))) {
    if (end.passed() || options_.cannot_finish() || all_denied()) return false;
  }
  return true;
}

/// Whether each task that a worker has waits for a right: parked tasks wait for the turns of these.
bool Pipeline::all_denied() const {
  const auto in_hand = workers_.size() - scheduler_.load().idle_workers;
  return in_hand > 0 && hand_over_.patience().denied().count() >= in_hand &&
         !scheduler_.waits([this](const Job& job) { return gone(job); });
}

bool Pipeline::gone(const Job& job) const {
  return settler_.delivery_state(job.tag) == net::DeliveryState::gone;
}

void Pipeline::work(const std::stop_token& closing) {
  while (auto task = scheduler_.next(closing)) {
    try {
      const auto step = advance(*task);
      if (step == Step::waits_for_turn) {
        scheduler_.park(std::move(task));
        continue;
      }
      settle(*task, step == Step::done);
    } catch (const std::exception& trouble) {
      give_back(*task, trouble);
    }
    scheduler_.done(std::move(task));
  }
}

/// Gives back a message whose end could not be handled. An earlier settlement remains.
void Pipeline::give_back(const Task& task, const std::exception& trouble) noexcept {
  try {
    settler_.give_back(task.job.tag);
    task.job.log.error("A message could not be finished, giving it back",
                       {{"reason", trouble.what()}});
  } catch (const std::exception&) {
    // It goes back with its connection.
    return;
  }
}

void Pipeline::ended(const Job& job, const EnrichmentResult& result) const {
  using std::chrono::milliseconds;
  const auto now = std::chrono::system_clock::now();
  const auto took = std::chrono::duration_cast<milliseconds>(now - job.started);
  const auto& row = source::row_of(result.outcome);
  job.log.line(row.failed ? telemetry::Level::error : telemetry::Level::info, result.text,
               {{"outcome", row.name}, {"duration_ms", took.count()}});
  Ended end{
      .at = now,
      .took = took,
      .mode = job.message.mode,
      .entity_id = job.message.entity_id,
      .entity_type = result.entity_type.empty() ? job.message.entity_type : result.entity_type,
      .outcome = result.outcome,
      .text = result.text};
  if (result.queried) {
    end.value = result.queried->value;
    end.kind = result.queried->kind;
  }
  end.rating = result.rating;
  for (auto* observer : options_.observers) observer->ended(end);
}

void Pipeline::settle(const Task& task, bool done) {
  const auto& job = task.job;
  if (!task.failure.empty() && !done) {
    in_progress_.failed(job, task.failure);
  } else if (done || (task.begun && job.earlier.attempts < Attempts::give_up_after)) {
    in_progress_.over(job);
  } else if (task.begun) {
    in_progress_.not_begun(job);
  }
  if (done) return settle_done(job);
  if (task.result && task.result->wait_until && !gone(job)) return settler_.defer(job.tag);
  if (gone(job)) {
    job.log.error("Not finished, and lost: the broker no longer has the message");
    if (closing_) ++lost_;
    return;
  }
  job.log.info("Not finished; the message will be delivered again");
  task.stuck ? settler_.postpone(job.tag) : settler_.give_back(job.tag);
  if (closing_ && !task.deferred) ++unfinished_;
}

/// Only a message that is held is acknowledged. One that the broker has taken back is acknowledged
/// if it is delivered again.
void Pipeline::settle_done(const Job& job) {
  const auto state = settler_.delivery_state(job.tag);
  if (state == net::DeliveryState::gone) return;
  if (Patience::names_one_request(job)) finished_.add(job.key);
  if (state == net::DeliveryState::held) settler_.acknowledge(job.tag);
}

Pipeline::Step Pipeline::advance(Task& task) {
  try {
    if (task.result) return hand_back(task);
    return task.dropped ? look_up(task) : begin(task);
  } catch (const std::bad_alloc&) {
    // Perhaps not caused by the message: it is delivered again, up to the maximum number of
    // attempts.
    task.failure = out_of_memory;
    return Step::not_done;
  } catch (const std::exception& bug) {
    // A bug: this message fails, the others continue.
    return fail(task, bug);
  }
}

Pipeline::Step Pipeline::begin(Task& task) {
  auto& job = task.job;
  const auto stop = abandon_.get_token();
  options_.steps.waiting.observe(std::chrono::system_clock::now() - job.started);
  if (!hand_over_.should_continue(job, stop)) return Step::not_done;
  if (job.redelivered && finished_.contains(job.key)) {
    ended(job, done_already(EarlierProgress::reported, job.message.playbook.has_value()));
    return Step::done;
  }
  if (closing_ && !gone(job)) {
    task.deferred = true;
    return Step::not_done;
  }
  // Keep the reason of a message that was not parsed, because even giving up may crash the process.
  in_progress_.begun(job,
                     Attempts::only_searched(job.earlier) ? job.earlier.reason : Attempts::crashed);
  task.begun = true;
  if (job.earlier.attempts >= Attempts::give_up_after) {
    task.result = given_up(job.earlier);
    return hand_back(task);
  }
  const auto progress = job.message.playbook ? playbooks_.earlier_progress(job, stop)
                                             : hand_over_.earlier_progress(job, stop);
  if (!progress) {
    task.stuck = hand_over_.should_continue(job, stop);
    return Step::not_done;
  }
  if (*progress == EarlierProgress::none) {
    opencti::read_object(job.message);
    if (job.message.playbook && !PlaybookAnswer::can_change(job)) {
      task.result = too_large_to_change();
      return hand_back(task);
    }
    return look_up(task);
  }
  task.result = done_already(*progress, job.message.playbook.has_value());
  if (*progress == EarlierProgress::reported) {
    ended(job, *task.result);
    return Step::done;
  }
  return hand_back(task);
}

Pipeline::Step Pipeline::look_up(Task& task) {
  const auto& job = task.job;
  if (const auto found = find_patiently(task); found != Step::done) return found;
  // A `gone` message is not delivered again: it ends with the present result.
  if (task.result->wait_until && !gone(job)) {
    wait_for_quota(task);
    return Step::not_done;
  }
  if (!job.message.playbook && task.result->enrichment) return prepare(task);
  std::string().swap(task.result->answer);
  return hand_back(task);
}

/// Whether its result waits for its turn. A suspect was begun in its turn, and parked it would not
/// be alone.
bool Pipeline::may_park(const Task& task) const {
  return !task.job.message.playbook && !task.job.suspect && !task.turn.reached();
}

/// A result for which there is no room is dropped before this, so that nothing is announced for it.
Pipeline::Step Pipeline::prepare(Task& task) {
  std::string().swap(task.result->answer);
  task.outgoing = hand_over_.prepare(task.job, *task.result, abandon_.get_token());
  task.ready = std::chrono::steady_clock::now();
  if (!may_park(task)) return hand_back(task);
  if (options_.memory != nullptr) {
    auto& room = task.result->room;
    // With other replicas an older work can come meanwhile.
    if (!room) room = options_.memory->park(size_of(*task.result->enrichment).parked());
    task.result->memory = std::exchange(room, nullptr);
  }
  return Step::waits_for_turn;
}

void Pipeline::drop(Task& task, std::string answer) const {
  task.dropped = true;
  // It is the same one if it was kept before.
  if (answer.empty() || !task.answer.empty()) return;
  task.answer_memory = options_.memory->try_park(answer.size());
  if (task.answer_memory) task.answer = std::move(answer);
}

void Pipeline::wait_for_quota(const Task& task) {
  const auto until = *task.result->wait_until;
  const bool first = !waits_for_quota();
  quota_again_ = steady_time_of(until);
  if (first) {
    settler_.hold_back(until);
    task.job.log.warning("Automatic requests wait in the queue", {{"reason", task.result->text}});
  }
  const auto others = scheduler_.take_out(
      [](const Job& job) { return job.message.mode == opencti::Mode::automatic; });
  for (const auto& other : others) {
    settler_.defer(other->job.tag);
  }
}

bool Pipeline::waits_for_quota() const {
  return std::chrono::steady_clock::now() < quota_again_.load();
}

Pipeline::Step Pipeline::hand_back(Task& task) {
  const auto& job = task.job;
  const auto stop = abandon_.get_token();
  // Without a result it must not block others.
  if (!task.result->enrichment) {
    task.turn.leave();
  } else if (task.outgoing) {
    options_.steps.turn.observe(std::chrono::steady_clock::now() - task.ready);
  }
  const auto handed_over =
      job.message.playbook ? playbooks_.give(job, *task.result, stop)
                           : hand_over_.to_queue(job, *task.result, task.outgoing, task.turn, stop);
  if (handed_over == HandOverResult::stuck || handed_over == HandOverResult::failing) {
    note_stuck(task, handed_over);
  } else if (handed_over == HandOverResult::unavailable) {
    task.stuck = hand_over_.should_continue(job, stop);
  }
  if (handed_over != HandOverResult::done) return Step::not_done;
  ended(job, *task.result);
  return Step::done;
}

void Pipeline::note_stuck(Task& task, HandOverResult why) {
  const bool failing = why == HandOverResult::failing;
  task.stuck = true;
  // Never dropped because of that: giving up must be reported on its work.
  if (task.job.earlier.attempts < Attempts::give_up_after) {
    task.failure = failing ? "OpenCTI itself failed on each request about this object"
                           : "OpenCTI answered no request about this object, but answered others";
  }
  task.job.log.error(
      failing ? "The platform itself fails on each request about this message; retrying the "
                "message in 15 minutes"
              : "The platform answers no request about this message, but answers others; retrying "
                "the message in 15 minutes");
}

Pipeline::Step Pipeline::fail(Task& task, const std::exception& bug) {
  try {
    task.result = internal_error(bug);
    return hand_back(task);
  } catch (const std::exception& again) {
    task.job.log.error("The connector failed on this object, and could not report it",
                       {{"reason", again.what()}});
    task.failure = again.what();
    return Step::not_done;
  }
}

/// Done if there is a result.
Pipeline::Step Pipeline::find_patiently(Task& task) {
  const auto& job = task.job;
  const auto stop = abandon_.get_token();
  const auto still_ours = [&] { return hand_over_.should_continue(job, stop); };
  std::optional<opencti::Error> trouble;
  auto attempts = hand_over_.patience().attempts(job, stop);
  while (still_ours()) {
    const bool parks = may_park(task);
    auto result = enricher_.find(
        job.message, job.log,
        {.still_ours = still_ours, .answer = task.answer, .again = task.dropped, .parks = parks},
        net::Deadline::after(options_.find_timeout, stop));
    if (result && result->dropped) {
      drop(task, std::move(result->answer));
      if (parks) return Step::waits_for_turn;
      attempts.wait();
      continue;
    }
    if (result) {
      task.result = std::move(*result);
      std::string().swap(task.answer);
      task.answer_memory.reset();
      return Step::done;
    }
    if (result.error().kind != opencti::ErrorKind::stopped) {
      attempts.log(result.error().no_response() ? "The platform cannot be reached, retrying"
                                                : "The platform rejects the request, retrying",
                   result.error().message);
      trouble = result.error();
      if (trouble->no_response() && attempts.stuck()) {
        note_stuck(task, HandOverResult::stuck);
        return Step::not_done;
      }
    } else if (closing_ && still_ours() && !gone(job)) {
      task.deferred = true;
      return Step::not_done;
    }
    attempts.wait(result.error());
  }
  // An outage affects all messages. If the platform is only busy for so long, the object may be the
  // cause.
  const bool exhausted = trouble && !trouble->outage() && !stop.stop_requested();
  if (exhausted && std::chrono::steady_clock::now() >= job.give_up_at) {
    task.failure = trouble->message;
  }
  return Step::not_done;
}

}  // namespace runtime
