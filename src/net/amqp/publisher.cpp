#include "net/amqp/publisher.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <condition_variable>
#include <mutex>
#include <optional>
#include <utility>

#include "net/amqp/detail/broker_health.hpp"
#include "net/amqp/detail/confirmations.hpp"
#include "net/amqp/detail/connection.hpp"
#include "net/detail/socket_interrupter.hpp"
#include "net/wakeup.hpp"
#include "os/thread.hpp"
#include "telemetry/thread_failure.hpp"

namespace net {
namespace {

/// Maximum number of unconfirmed messages.
constexpr std::size_t window = 256;
/// Names of exchanges and routing keys are short strings (AMQP 0-9-1, section 4.2.5.3).
constexpr std::size_t longest_name = 255;

/// One call of publish(), on the stack of its caller.
struct Job {
  const std::vector<AmqpMessage>& messages;
  const Deadline& deadline;
  /// The owner thread uses it: the caller must not return.
  bool taken = false;
  std::optional<Result<void>> result = {};
};

}  // namespace

class AmqpPublisher::Impl final {
 public:
  Impl(AmqpConnectionOptions options, telemetry::Log log, std::function<void()> on_outdated);
  ~Impl();
  Impl(const Impl&) = delete;
  Impl& operator=(const Impl&) = delete;

  void reconfigure(AmqpConnectionOptions options);
  [[nodiscard]] Result<void> publish(const std::vector<AmqpMessage>& messages,
                                     const Deadline& deadline);
  [[nodiscard]] AmqpState state() const;

 private:
  using Lock = std::unique_lock<std::mutex>;

  [[nodiscard]] Result<void> hand_over(Job& job, Lock& lock);
  [[nodiscard]] Error cut_short(const Deadline& deadline) const;

  void run_guarded();
  void run();
  void look_after_connection();
  void look_for_broker();
  // Called under the lock.
  void note(const Result<void>& result);
  [[nodiscard]] bool is_time_to_look() const;
  [[nodiscard]] std::chrono::milliseconds idle_time() const;
  void serve_jobs();
  [[nodiscard]] bool job_waits();
  [[nodiscard]] Job* take_job();
  void answer(std::optional<Result<void>> result);
  [[nodiscard]] Result<void> open_connection();
  void leave_outdated_connection();
  void drop_connection();
  [[nodiscard]] Result<void> transmit(const Job& job, AmqpConfirmations& confirmations);
  [[nodiscard]] Result<void> read(AmqpConfirmations* confirmations);
  [[nodiscard]] tl::unexpected<Error> give_up(Error error, const Deadline& deadline);
  void set_blocked(std::optional<std::string> reason);
  [[nodiscard]] bool held_back() const;

  const telemetry::Log log_;
  const std::function<void()> on_outdated_;
  const Wakeup wakeup_;
  SocketInterrupter interrupter_;

  mutable std::mutex mutex_;
  std::condition_variable_any changed_;
  AmqpConnectionOptions options_;
  bool reconfigured_ = false;
  bool stopping_ = false;
  bool finished_ = false;
  int callers_ = 0;
  Job* job_ = nullptr;
  /// The broker's reason while it blocks publishers.
  std::optional<std::string> blocked_;
  BrokerHealth health_;

  // Used by the owner thread only.
  std::unique_ptr<AmqpConnection> connection_;
  /// Number of the last message published on this connection.
  std::uint64_t last_number_ = 0;

  os::Thread thread_;  // Last: it uses all of the above.
};

AmqpPublisher::Impl::Impl(AmqpConnectionOptions options, telemetry::Log log,
                          std::function<void()> on_outdated)
    : log_(std::move(log)),
      on_outdated_(std::move(on_outdated)),
      options_(std::move(options)),
      thread_({.name = "publisher", .failed = telemetry::report_to(log_, "publishing results")},
              [this](const auto&) { run_guarded(); }) {}

AmqpPublisher::Impl::~Impl() {
  thread_.request_stop();
  {
    Lock lock(mutex_);
    stopping_ = true;
    changed_.notify_all();
    wakeup_.signal();
    changed_.wait(lock, [this] { return callers_ == 0; });
    changed_.wait_for(lock, longest_shutdown, [this] { return finished_; });
  }
  interrupter_.interrupt_for_good();
  thread_.join();
}

void AmqpPublisher::Impl::reconfigure(AmqpConnectionOptions options) {
  const std::lock_guard lock(mutex_);
  if (options == options_) return;
  options_ = std::move(options);
  reconfigured_ = true;
  if (health_.check_now()) wakeup_.signal();
}

// --- the callers' side ---

Result<void> AmqpPublisher::Impl::publish(const std::vector<AmqpMessage>& messages,
                                          const Deadline& deadline) {
  for (const auto& message : messages) {
    if (message.exchange.size() > longest_name || message.routing_key.size() > longest_name) {
      return failure(ErrorKind::invalid, "an exchange or routing key has more than 255 bytes");
    }
  }
  if (messages.empty()) return {};

  Lock lock(mutex_);
  ++callers_;
  Job job{messages, deadline};
  auto result = hand_over(job, lock);
  note(result);
  --callers_;
  changed_.notify_all();
  return result;
}

Result<void> AmqpPublisher::Impl::hand_over(Job& job, Lock& lock) {
  const auto& deadline = job.deadline;
  const auto wait = [&](auto condition) {
    changed_.wait_until(lock, deadline.stop(), deadline.at(),
                        [&] { return stopping_ || condition(); });
  };
  wait([&] { return job_ == nullptr; });
  if (stopping_ || job_ != nullptr || deadline.passed()) {
    return tl::unexpected(cut_short(deadline));
  }

  job_ = &job;
  wakeup_.signal();
  wait([&] { return job.result.has_value(); });
  if (job.taken) {
    // The library waits in a write while the broker does not read: only this ends the wait.
    interrupter_.interrupt();
    changed_.wait(lock, [&] { return !job.taken; });
  }
  job_ = nullptr;
  if (job.result && (*job.result || !stopping_)) return std::move(*job.result);
  return tl::unexpected(cut_short(deadline));
}

Error AmqpPublisher::Impl::cut_short(const Deadline& deadline) const {
  const auto peer = fmt::format("{}:{}", options_.address.host, options_.address.port);
  if (stopping_ || deadline.stopped()) return {ErrorKind::stopped, "shutting down"};
  if (blocked_) {
    return {ErrorKind::blocked,
            fmt::format("{}: the broker accepts no messages for now: {}", peer, *blocked_)};
  }
  return {ErrorKind::timed_out, fmt::format("{}: no confirmation from the broker in time", peer)};
}

// --- the owner thread's side ---

/// Gives each waiting caller a result, also after an exception.
void AmqpPublisher::Impl::run_guarded() {
  try {
    run();
  } catch (...) {
    drop_connection();
    answer(Result<void>(failure(ErrorKind::disconnected, "no memory")));
    throw;
  }
}

void AmqpPublisher::Impl::run() {
  AmqpConnection::prepare_thread();
  const auto stopping = [this] {
    const std::lock_guard lock(mutex_);
    return stopping_;
  };
  while (!stopping()) {
    look_after_connection();
    serve_jobs();
    if (connection_) {
      wakeup_.wait(connection_->socket(), connection_->pump_interval());
    } else {
      wakeup_.wait(-1, idle_time());
    }
  }
  if (connection_) connection_->close(close_timeout);
  drop_connection();
  const std::lock_guard lock(mutex_);
  finished_ = true;
  changed_.notify_all();
}

void AmqpPublisher::Impl::look_after_connection() {
  if (!connection_) return look_for_broker();
  if (const auto done = read(nullptr); !done) {
    log_.debug(fmt::format("The idle connection for publishing ended: {}", done.error().message));
    drop_connection();
    const std::lock_guard lock(mutex_);
    note(done);
    return;
  }
  const std::lock_guard lock(mutex_);
  if (is_time_to_look() && !blocked_) note({});
}

void AmqpPublisher::Impl::look_for_broker() {
  {
    const std::lock_guard lock(mutex_);
    if (!is_time_to_look()) return;
  }
  const auto found = open_connection();
  {
    const std::lock_guard lock(mutex_);
    note(found);
  }
  if (!found && found.error().kind == ErrorKind::access_refused && on_outdated_) on_outdated_();
}

bool AmqpPublisher::Impl::is_time_to_look() const { return health_.is_due() && job_ == nullptr; }

std::chrono::milliseconds AmqpPublisher::Impl::idle_time() const {
  constexpr std::chrono::hours idle{1};
  const std::lock_guard lock(mutex_);
  const auto next_check = health_.next_check();
  if (!next_check) return idle;
  const auto left =
      std::chrono::ceil<std::chrono::milliseconds>(*next_check - std::chrono::steady_clock::now());
  return std::max(left, std::chrono::milliseconds::zero());
}

void AmqpPublisher::Impl::note(const Result<void>& result) {
  health_.note(result);
  if (health_.next_check()) wakeup_.signal();
}

AmqpState AmqpPublisher::Impl::state() const {
  const std::lock_guard lock(mutex_);
  return health_.state();
}

void AmqpPublisher::Impl::serve_jobs() {
  while (job_waits()) {
    leave_outdated_connection();
    const bool fresh = !connection_;
    if (fresh) {
      if (auto opened = open_connection(); !opened) return answer(std::move(opened));
    }
    Job* job = take_job();
    if (job == nullptr) return;

    AmqpConfirmations confirmations(last_number_);
    auto result = transmit(*job, confirmations);
    if (!result && confirmations.open() > 0) drop_connection();

    // A restart of the broker since the last publish is not a failure: publish all again, once.
    const bool stale =
        !result && result.error().kind == ErrorKind::disconnected && !fresh && !confirmations.any();
    if (stale) {
      answer(std::nullopt);
    } else {
      answer(std::move(result));
    }
  }
}

bool AmqpPublisher::Impl::job_waits() {
  const std::lock_guard lock(mutex_);
  return !stopping_ && job_ != nullptr && !job_->result && (!blocked_ || reconfigured_);
}

Job* AmqpPublisher::Impl::take_job() {
  const std::lock_guard lock(mutex_);
  if (job_ == nullptr || job_->result) return nullptr;
  job_->taken = true;
  return job_;
}

void AmqpPublisher::Impl::answer(std::optional<Result<void>> result) {
  const std::lock_guard lock(mutex_);
  if (job_ == nullptr) return;
  job_->result = std::move(result);
  job_->taken = false;
  changed_.notify_all();
}

Result<void> AmqpPublisher::Impl::open_connection() {
  AmqpConnectionOptions options;
  {
    const std::lock_guard lock(mutex_);
    options = options_;
    reconfigured_ = false;
  }
  auto opened = AmqpConnection::open(options, 0, interrupter_);
  if (!opened) return tl::unexpected(std::move(opened.error()));
  if (auto done = (*opened)->enable_confirms(); !done) return done;
  connection_ = std::move(*opened);
  last_number_ = 0;
  log_.debug(
      fmt::format("Connected for publishing to {}:{}", options.address.host, options.address.port));
  return {};
}

void AmqpPublisher::Impl::leave_outdated_connection() {
  {
    const std::lock_guard lock(mutex_);
    if (!reconfigured_ || !connection_) return;
  }
  connection_->close(close_timeout);
  drop_connection();
}

void AmqpPublisher::Impl::drop_connection() {
  connection_.reset();
  set_blocked(std::nullopt);
}

Result<void> AmqpPublisher::Impl::transmit(const Job& job, AmqpConfirmations& confirmations) {
  const auto& messages = job.messages;
  const auto& deadline = job.deadline;
  std::size_t next = 0;
  for (;;) {
    if (auto done = read(&confirmations); !done) return give_up(done.error(), deadline);
    if (confirmations.open() == 0) {
      if (confirmations.problem()) return tl::unexpected(*confirmations.problem());
      if (next == messages.size()) return {};
    }
    if (deadline.passed()) {
      const std::lock_guard lock(mutex_);
      return tl::unexpected(cut_short(deadline));
    }
    if (next == messages.size() || confirmations.open() >= window || confirmations.problem() ||
        held_back()) {
      wakeup_.wait(connection_->socket(),
                   std::min(connection_->pump_interval(), deadline.remaining()));
      continue;
    }
    const auto& message = messages[next++];
    confirmations.sent();
    const auto done = connection_->publish(message.exchange, message.routing_key, message.body);
    if (!done) {
      // The broker may have sent the reason before the write failed.
      const auto said = read(&confirmations);
      return give_up(said ? done.error() : said.error(), deadline);
    }
  }
}

Result<void> AmqpPublisher::Impl::read(AmqpConfirmations* confirmations) {
  for (;;) {
    auto event = connection_->receive();
    if (!event) return tl::unexpected(std::move(event.error()));
    if (!*event) return {};
    if (auto* blocked = std::get_if<AmqpBlocked>(&**event)) {
      set_blocked(std::move(blocked->reason));
    } else if (std::holds_alternative<AmqpUnblocked>(**event)) {
      set_blocked(std::nullopt);
    } else if (const auto* confirmed = std::get_if<AmqpConfirmed>(&**event)) {
      if (confirmations != nullptr) confirmations->on(*confirmed);
    } else if (const auto* returned = std::get_if<AmqpReturned>(&**event)) {
      if (confirmations != nullptr) confirmations->on(*returned);
    }
  }
}

/// Drops the connection. A failure after the deadline is reported as `timed_out` or `stopped`.
tl::unexpected<Error> AmqpPublisher::Impl::give_up(Error error, const Deadline& deadline) {
  if (deadline.passed()) {
    const std::lock_guard lock(mutex_);
    error = cut_short(deadline);
  }
  drop_connection();
  return tl::unexpected(std::move(error));
}

void AmqpPublisher::Impl::set_blocked(std::optional<std::string> reason) {
  const std::lock_guard lock(mutex_);
  blocked_ = std::move(reason);
}

bool AmqpPublisher::Impl::held_back() const {
  const std::lock_guard lock(mutex_);
  return blocked_.has_value();
}

AmqpPublisher::AmqpPublisher(AmqpConnectionOptions options, telemetry::Log log,
                             std::function<void()> on_outdated)
    : impl_(std::make_unique<Impl>(std::move(options), std::move(log), std::move(on_outdated))) {}
AmqpPublisher::~AmqpPublisher() = default;
void AmqpPublisher::reconfigure(AmqpConnectionOptions options) {
  impl_->reconfigure(std::move(options));
}
Result<void> AmqpPublisher::publish(const std::vector<AmqpMessage>& messages,
                                    const Deadline& deadline) {
  return impl_->publish(messages, deadline);
}
AmqpState AmqpPublisher::state() const { return impl_->state(); }

}  // namespace net
