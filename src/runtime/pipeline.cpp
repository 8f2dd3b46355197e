#include "runtime/pipeline.hpp"

#include <fmt/format.h>

#include <exception>
#include <new>
#include <tuple>

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
Finding done_already(Earlier earlier, bool in_playbook) {
  const bool reported = earlier == Earlier::reported;
  Finding finding;
  finding.outcome = reported ? Outcome::already_reported : Outcome::already_sent;
  if (in_playbook) {
    finding.text = reported ? "The step was answered before."
                            : "The same answer was sent before the connector was interrupted.";
  } else {
    finding.text = reported ? "The work was reported on before the connector was interrupted."
                            : "The result was sent before the connector was interrupted.";
  }
  return finding;
}

Finding given_up(const Before& before) {
  Finding finding;
  finding.outcome = Outcome::given_up;
  finding.text =
      fmt::format("Gave up after {} attempts. Last error: {}.", before.attempts, before.reason);
  return finding;
}

opencti::Result<opencti::Message> read(std::string body, const Before& before) {
  if (!Attempts::only_searched(before)) return opencti::read_message(std::move(body));
  const bool with_bundle = before.reason == Attempts::died_reading;
  return opencti::salvage_message(std::make_shared<const std::string>(std::move(body)),
                                  before.reason, with_bundle);
}

/// @throws std::bad_alloc, which is not an error of the message
opencti::Result<opencti::Message> read_safely(std::string body, const Before& before) {
  try {
    return read(std::move(body), before);
  } catch (const std::bad_alloc&) {
    throw;
  } catch (const std::exception& bug) {
    return opencti::failure(opencti::ErrorKind::malformed, bug.what());
  }
}

/// For a playbook's bundle that is too large to be returned with changes.
Finding too_large_to_change() {
  Finding finding;
  finding.outcome = Outcome::too_large;
  finding.text =
      "Not looked up: the playbook's bundle is too large for OpenCTI to accept it changed.";
  return finding;
}

Finding internal_error(const std::exception& bug) {
  Finding finding;
  finding.outcome = Outcome::internal_error;
  finding.text = fmt::format("The connector failed on this object: {}.", bug.what());
  return finding;
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
      attempts_(attempts) {
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
  auto before = attempts_.begin_reading(key);
  if (before.attempts >= Attempts::most_of_all) {
    log_.error("A message ends the process each time, dropping it",
               {{"attempts", before.attempts}, {"bytes", bytes}});
    attempts_.over(key);
    return settler_.reject(delivery.tag);
  }
  auto message = read_safely(std::move(delivery.body), before);
  if (!message) {
    options_.unreadable.add();
    log_.error("A message from the platform cannot be read, dropping it",
               {{"reason", message.error().message}, {"bytes", bytes}});
    attempts_.over(key);
    return settler_.reject(delivery.tag);
  }
  attempts_.not_begun(key, before);
  if (delivery.cut) message->defect = "it is too large";
  auto log = log_.with(identifying(*message));
  log.debug("Message received", {{"redelivered", delivery.redelivered}});
  // Messages of an earlier connection were taken back, and are delivered again on this one.
  std::ignore = scheduler_.take_out(
      [&](const Job& job) { return settler_.holding(job.tag) == net::Holding::taken_back; });
  if (message->mode == opencti::Mode::automatic && waits_for_quota()) {
    return settler_.set_aside(delivery.tag);
  }

  auto step = message->playbook ? PlaybookLedger::key_of(*message->playbook, key) : std::string();
  const bool given_up = before.attempts >= Attempts::most;
  if (given_up) {
    log.debug("The message that is given up",
              {{"body", message->body->substr(0, longest_logged_body)}});
  }
  const bool suspect = before.died;
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
                                         .before = std::move(before),
                                         .suspect = suspect},
                                     scheduler_.publish_order(), made);
  // A playbook's answer does not use the workers' queue, so it needs no turn.
  if (task->job.message.playbook) task->turn.leave();
  if (scheduler_.add(std::move(task))) settler_.give_back(delivery.tag);
}

bool Pipeline::finish(std::chrono::milliseconds grace) {
  closing_ = true;
  for (const auto& task : scheduler_.close()) settler_.give_back(task->job.tag);
  const bool finished = wait_for_end(grace);
  abandon_.request_stop();
  workers_.clear();
  for (const auto& task : scheduler_.take_parked()) settle(*task, false);
  return finished && unfinished_ == 0;
}

bool Pipeline::wait_for_end(std::chrono::milliseconds grace) {
  constexpr std::chrono::milliseconds look_again{200};
  const auto end = net::Deadline::after(grace, abandon_.get_token());
  while (!scheduler_.finish(end.within(look_again))) {
    if (end.passed() || options_.hopeless()) return false;
  }
  return true;
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

void Pipeline::ended(const Job& job, const Finding& finding) const {
  using std::chrono::milliseconds;
  const auto now = std::chrono::system_clock::now();
  const auto took = std::chrono::duration_cast<milliseconds>(now - job.started);
  const auto& row = source::row_of(finding.outcome);
  job.log.line(row.failed ? telemetry::Level::error : telemetry::Level::info, finding.text,
               {{"outcome", row.name}, {"duration_ms", took.count()}});
  Ended end{
      .at = now,
      .took = took,
      .mode = job.message.mode,
      .entity_id = job.message.entity_id,
      .entity_type = finding.entity_type.empty() ? job.message.entity_type : finding.entity_type,
      .outcome = finding.outcome,
      .text = finding.text};
  if (finding.asked) {
    end.value = finding.asked->value;
    end.kind = finding.asked->kind;
  }
  end.rating = finding.rating;
  for (auto* observer : options_.observers) observer->ended(end);
}

void Pipeline::settle(const Task& task, bool done) {
  const auto& job = task.job;
  if (!task.failure.empty() && !done) {
    attempts_.failed(job.key, job.before, task.failure);
  } else if (done || (task.begun && job.before.attempts < Attempts::most)) {
    attempts_.over(job.key);
  } else if (task.begun) {
    attempts_.not_begun(job.key, job.before);
  }
  const auto holding = settler_.holding(job.tag);
  if (task.finding && task.finding->wait_until && holding != net::Holding::gone) {
    return settler_.set_aside(job.tag);
  }
  // A `gone` message needs no acknowledgement, and one that was taken back cannot be acknowledged.
  if (done && holding == net::Holding::gone) return;
  if (done && holding == net::Holding::ours) return settler_.acknowledge(job.tag);
  if (holding == net::Holding::gone) {
    job.log.error("Not finished, and lost: the broker no longer has the message");
    return;
  }
  job.log.info("Not finished; the message will be delivered again");
  task.stuck ? settler_.postpone(job.tag) : settler_.give_back(job.tag);
  if (closing_ && !task.put_off) ++unfinished_;
}

Pipeline::Step Pipeline::advance(Task& task) {
  try {
    return task.finding ? hand_back(task) : begin(task);
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
  if (!hand_over_.worth_going_on(job, stop)) return Step::not_done;
  // Keep the reason of a message that was not parsed, because even giving up may crash the process.
  attempts_.begun(job.key, job.before,
                  Attempts::only_searched(job.before) ? job.before.reason : Attempts::died);
  task.begun = true;
  if (job.before.attempts >= Attempts::most) {
    task.finding = given_up(job.before);
    return hand_back(task);
  }
  const auto earlier =
      job.message.playbook ? playbooks_.done_before(job, stop) : hand_over_.done_before(job, stop);
  if (!earlier) {
    task.stuck = hand_over_.worth_going_on(job, stop);
    return Step::not_done;
  }
  if (*earlier == Earlier::none) {
    opencti::read_object(job.message);
    if (job.message.playbook && !PlaybookAnswer::can_change(job)) {
      task.finding = too_large_to_change();
      return hand_back(task);
    }
    find_patiently(task);
  } else {
    task.finding = done_already(*earlier, job.message.playbook.has_value());
  }
  if (!task.finding) return Step::not_done;
  // A `gone` message is not delivered again: it ends with the present result.
  if (task.finding->wait_until && settler_.holding(job.tag) != net::Holding::gone) {
    wait_for_quota(task);
    return Step::not_done;
  }
  if (*earlier == Earlier::reported) {
    ended(job, *task.finding);
    return Step::done;
  }
  if (!job.message.playbook && task.finding->enrichment) {
    task.outgoing = hand_over_.prepare(job, *task.finding, stop);
    task.ready = std::chrono::steady_clock::now();
    // A suspect was begun in its turn, and parked it would not be alone.
    if (!job.suspect && !task.turn.reached()) return Step::waits_for_turn;
  }
  return hand_back(task);
}

void Pipeline::wait_for_quota(const Task& task) {
  const auto until = *task.finding->wait_until;
  const bool first = !waits_for_quota();
  quota_again_ = steady_time_of(until);
  if (first) {
    settler_.hold_back(until);
    task.job.log.warning("Automatic requests wait in the queue", {{"reason", task.finding->text}});
  }
  const auto others = scheduler_.take_out(
      [](const Job& job) { return job.message.mode == opencti::Mode::automatic; });
  for (const auto& other : others) {
    settler_.set_aside(other->job.tag);
  }
}

bool Pipeline::waits_for_quota() const {
  return std::chrono::steady_clock::now() < quota_again_.load();
}

Pipeline::Step Pipeline::hand_back(Task& task) {
  const auto& job = task.job;
  const auto stop = abandon_.get_token();
  // Without a result it must not block others.
  if (!task.finding->enrichment) {
    task.turn.leave();
  } else if (task.outgoing) {
    options_.steps.turn.observe(std::chrono::steady_clock::now() - task.ready);
  }
  const auto handed = job.message.playbook
                          ? playbooks_.give(job, *task.finding, stop)
                          : hand_over_.to_queue(job, *task.finding, task.outgoing, task.turn, stop);
  if (handed == Handed::stuck) note_stuck(task);
  if (handed != Handed::done) return Step::not_done;
  ended(job, *task.finding);
  return Step::done;
}

void Pipeline::note_stuck(Task& task) {
  task.stuck = true;
  // Never dropped because of that: giving up must be reported on its work.
  if (task.job.before.attempts < Attempts::most) {
    task.failure = "OpenCTI answered no request about this object, but answered others";
  }
  task.job.log.error(
      "The platform answers no request about this message, but answers others; retrying the "
      "message in 15 minutes");
}

Pipeline::Step Pipeline::fail(Task& task, const std::exception& bug) {
  try {
    task.finding = internal_error(bug);
    return hand_back(task);
  } catch (const std::exception& again) {
    task.job.log.error("The connector failed on this object, and could not report it",
                       {{"reason", again.what()}});
    task.failure = again.what();
    return Step::not_done;
  }
}

void Pipeline::find_patiently(Task& task) {
  const auto& job = task.job;
  const auto stop = abandon_.get_token();
  const auto still_ours = [&] { return hand_over_.worth_going_on(job, stop); };
  std::optional<opencti::Error> trouble;
  auto attempts = hand_over_.patience().attempts(job, stop);
  while (still_ours()) {
    auto finding = enricher_.find(job.message, job.log, still_ours,
                                  net::Deadline::after(options_.find_timeout, stop));
    if (finding) {
      task.finding = std::move(*finding);
      return;
    }
    if (finding.error().kind != opencti::ErrorKind::stopped) {
      attempts.log(finding.error().silent() ? "The platform cannot be reached, retrying"
                                            : "The platform rejects the request, retrying",
                   finding.error().message);
      trouble = finding.error();
      if (trouble->silent() && attempts.stuck()) return note_stuck(task);
    } else if (closing_ && still_ours()) {
      task.put_off = true;
      return;
    }
    attempts.wait();
  }
  // An outage affects all messages. If the platform is only busy for so long, the object may be the
  // cause.
  const bool exhausted = trouble && !trouble->outage() && !stop.stop_requested();
  if (exhausted && std::chrono::steady_clock::now() >= job.give_up_at) {
    task.failure = trouble->message;
  }
}

}  // namespace runtime
