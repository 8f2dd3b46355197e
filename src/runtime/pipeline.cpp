#include "runtime/pipeline.hpp"

#include <fmt/format.h>

#include <exception>

namespace runtime {
namespace {

telemetry::Attributes identifying(const opencti::Message& message) {
  telemetry::Attributes attributes{{"mode", opencti::name_of(message.mode)},
                                   {"entity_id", message.entity_id}};
  if (!message.work_id.empty()) attributes["work_id"] = message.work_id;
  if (message.playbook) attributes["playbook_execution_id"] = message.playbook->execution_id;
  return attributes;
}

std::int64_t milliseconds_since(std::chrono::system_clock::time_point start) {
  using std::chrono::milliseconds;
  return std::chrono::duration_cast<milliseconds>(std::chrono::system_clock::now() - start).count();
}

/// For a message that was as good as done when it was delivered again.
Finding done_already(HandOver::Before before) {
  const bool reported = before == HandOver::Before::reported;
  Finding finding;
  finding.outcome = reported ? "already_reported" : "already_sent";
  finding.text = reported ? "The work was reported on before the connector was interrupted."
                          : "The result was sent before the connector was interrupted.";
  return finding;
}

opencti::Result<opencti::Message> read_safely(const std::string& body) {
  try {
    return opencti::read_message(body);
  } catch (const std::exception& bug) {
    return opencti::failure(opencti::ErrorKind::malformed, bug.what());
  }
}

Finding internal_error(const std::exception& bug) {
  Finding finding;
  finding.outcome = "internal_error";
  finding.text = fmt::format("The connector failed on this object: {}.", bug.what());
  finding.in_error = true;
  return finding;
}

}  // namespace

Pipeline::Pipeline(PipelineOptions options, const Enricher& enricher, const HandOver& hand_over,
                   Settler& settler, telemetry::Log log)
    : options_(options),
      enricher_(enricher),
      hand_over_(hand_over),
      settler_(settler),
      log_(std::move(log)) {
  for (int i = 0; i < options_.workers; ++i) {
    workers_.emplace_back([this](const std::stop_token& closing) { work(closing); });
  }
}

Pipeline::~Pipeline() { finish(std::chrono::milliseconds::zero()); }

void Pipeline::take(net::Delivery delivery) {
  auto message = read_safely(delivery.body);
  if (!message) {
    log_.error("A message from the platform cannot be read, dropping it",
               {{"reason", message.error().message}, {"bytes", delivery.body.size()}});
    return settler_.reject(delivery.tag);
  }
  auto log = log_.with(identifying(*message));
  log.debug("Message received", {{"redelivered", delivery.redelivered}});
  {
    const std::lock_guard lock(mutex_);
    forget_stale(delivery.tag.connection);
    if (!closed_) {
      waiting_.push_back(
          Job{.number = turnstile_.draw(),
              .tag = delivery.tag,
              .redelivered = delivery.redelivered,
              .message = std::move(*message),
              .log = std::move(log),
              .started = std::chrono::system_clock::now(),
              .give_up_at = std::chrono::steady_clock::now() + options_.message_timeout});
      changed_.notify_one();
      return;
    }
  }
  settler_.give_back(delivery.tag);
}

bool Pipeline::finish(std::chrono::milliseconds grace) {
  std::deque<Job> not_begun;
  bool finished = true;
  {
    std::unique_lock lock(mutex_);
    closed_ = true;
    not_begun.swap(waiting_);
    for (const auto& job : not_begun) {
      settler_.give_back(job.tag);
      turnstile_.leave(job.number);
    }
    finished = changed_.wait_for(lock, abandon_.get_token(), grace, [this] { return busy_ == 0; });
  }
  abandon_.request_stop();
  workers_.clear();
  return finished;
}

void Pipeline::work(const std::stop_token& closing) {
  while (true) {
    std::unique_lock lock(mutex_);
    if (!changed_.wait(lock, closing, [this] { return !waiting_.empty(); })) return;
    const Job job = std::move(waiting_.front());
    waiting_.pop_front();
    ++busy_;
    lock.unlock();
    handle(job);
    lock.lock();
    --busy_;
    changed_.notify_all();
  }
}

void Pipeline::forget_stale(std::uint64_t connection) {
  // What came by an earlier connection has been taken back, and comes again by this one.
  std::erase_if(waiting_, [&](const Job& job) {
    const bool stale = job.tag.connection != connection;
    if (stale) turnstile_.leave(job.number);
    return stale;
  });
}

void Pipeline::handle(const Job& job) const {
  Turn turn(turnstile_, job.number);
  if (complete(job, turn)) return settler_.acknowledge(job.tag);
  job.log.info("Not finished; the message will be delivered again");
  settler_.give_back(job.tag);
}

bool Pipeline::complete(const Job& job, Turn& turn) const {
  const auto stop = abandon_.get_token();
  if (!hand_over_.worth_going_on(job, stop)) return false;
  // A playbook's answer does not go through the workers' queue, so it need not wait for its turn.
  if (job.message.playbook) turn.leave();
  std::optional<Finding> finding;
  bool done = false;
  try {
    const auto before = hand_over_.done_before(job, stop);
    finding = before == HandOver::Before::none ? find_patiently(job, turn) : done_already(before);
    if (!finding) return false;
    done = before == HandOver::Before::reported || hand_back(job, *finding, turn);
  } catch (const std::exception& bug) {
    // Out of memory, or a defect of ours: this message fails, the others go on.
    finding = internal_error(bug);
    done = hand_back(job, *finding, turn);
  }
  if (!done) return false;
  job.log.line(finding->in_error ? telemetry::Level::error : telemetry::Level::info, finding->text,
               {{"outcome", finding->outcome}, {"duration_ms", milliseconds_since(job.started)}});
  return true;
}

bool Pipeline::hand_back(const Job& job, Finding& finding, Turn& turn) const {
  const auto stop = abandon_.get_token();
  if (job.message.playbook) return hand_over_.to_playbook(job, finding, stop);
  std::optional<Outgoing> outgoing;
  if (finding.enrichment) {
    outgoing = hand_over_.prepare(job, finding, stop);
    if (!turn.wait(stop)) return false;
  }
  return hand_over_.to_queue(job, finding, outgoing, turn, stop);
}

std::optional<Finding> Pipeline::find_patiently(const Job& job, Turn& turn) const {
  const auto stop = abandon_.get_token();
  net::Backoff backoff;
  bool said = false;
  const auto still_ours = [&] { return hand_over_.worth_going_on(job, stop); };
  while (still_ours()) {
    auto finding = enricher_.find(job.message, job.log, still_ours,
                                  net::Deadline::after(options_.find_timeout, stop));
    if (finding) {
      if (!finding->enrichment) turn.leave();
      return std::move(*finding);
    }
    if (finding.error().kind != opencti::ErrorKind::stopped) {
      job.log.line(said ? telemetry::Level::debug : telemetry::Level::warning,
                   "The platform is out of reach, trying again",
                   {{"reason", finding.error().message}});
      said = true;
    }
    net::pause(backoff.next(), stop);
  }
  return std::nullopt;
}

}  // namespace runtime
