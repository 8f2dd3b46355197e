#include "net/amqp/consumer.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <condition_variable>
#include <exception>
#include <mutex>
#include <utility>
#include <vector>

#include "net/amqp/detail/admission.hpp"
#include "net/amqp/detail/advice.hpp"
#include "net/amqp/detail/connection.hpp"
#include "net/amqp/detail/delivery_tracker.hpp"
#include "net/backoff.hpp"
#include "net/detail/socket_interrupter.hpp"
#include "net/error.hpp"
#include "net/wakeup.hpp"
#include "os/thread.hpp"
#include "telemetry/thread_failure.hpp"

namespace net {
namespace {

/// Pause before a message is given back whose handler threw, for example because memory was short.
constexpr std::chrono::milliseconds after_exception{1'000};
/// After a connection of this length the next failure restarts the backoff.
constexpr std::chrono::seconds sound_after{60};
/// Interval of checks while messages wait for memory.
constexpr std::chrono::milliseconds look_for_memory_each{100};

}  // namespace

class AmqpConsumer::Impl final {
 public:
  Impl(AmqpConsumerOptions options, telemetry::Log log, std::function<void(Delivery)> on_delivery,
       std::function<void()> on_outdated);
  ~Impl();
  Impl(const Impl&) = delete;
  Impl& operator=(const Impl&) = delete;

  void start();
  void reconfigure(AmqpConnectionOptions connection, std::string queue);
  using SettlementKind = DeliveryTracker::SettlementKind;
  void settle(DeliveryTag tag, SettlementKind kind);
  void stop_taking();
  void make_room(std::chrono::steady_clock::time_point until);
  void defer(DeliveryTag tag);
  void postpone(DeliveryTag tag);
  bool flush(const Deadline& deadline);
  DeliveryState delivery_state(DeliveryTag tag) const;
  bool connected() const;
  std::optional<std::uint64_t> queued() const;
  std::size_t deferred() const;
  AmqpState state() const;

 private:
  using Settlement = DeliveryTracker::Settlement;
  /// Requests of other threads to the owner thread.
  struct Requests {
    std::vector<Settlement> settlements;
    bool stop_taking = false;
    /// Number of messages to fetch in addition to the prefetch.
    std::size_t room = 0;
    /// Leave the connection: stopping, or another address or queue.
    bool leave = false;
  };

  void run();
  [[nodiscard]] Result<void> consume_until_told(const AmqpConnectionOptions& address,
                                                const std::string& queue);
  /// @returns false if the connection must be left before deliveries have started
  [[nodiscard]] Result<bool> start_consuming(AmqpConnection& connection, const std::string& queue);
  [[nodiscard]] Result<void> serve(AmqpConnection& connection, const std::string& queue);
  [[nodiscard]] Requests take_requests();
  [[nodiscard]] static Result<void> settle(AmqpConnection& connection, std::uint64_t number,
                                           SettlementKind kind);
  [[nodiscard]] Result<void> write(AmqpConnection& connection,
                                   const std::vector<Settlement>& settlements);
  [[nodiscard]] Result<void> ask_for_size(AmqpConnection& connection, const std::string& queue);
  void note_size(std::uint64_t messages);
  [[nodiscard]] Result<void> handle(AmqpConnection& connection, AmqpEvent event);
  [[nodiscard]] Result<void> deliver(AmqpConnection& connection, AmqpDelivered message);
  void begin_connection();
  void end_connection();
  /// Calls begin() and end() of the tracker, also after an exception.
  class ConnectionScope final {
   public:
    explicit ConnectionScope(Impl& impl) : impl_(impl) { impl_.begin_connection(); }
    ~ConnectionScope() { impl_.end_connection(); }
    ConnectionScope(const ConnectionScope&) = delete;
    ConnectionScope& operator=(const ConnectionScope&) = delete;

   private:
    Impl& impl_;
  };
  void report(const Error& error, const std::string& queue);

  const std::size_t max_body_;
  const std::uint16_t prefetch_;
  const std::uint16_t max_deferred_;
  const std::chrono::milliseconds defer_for_;
  const std::chrono::milliseconds size_interval_;
  const telemetry::Log log_;
  const std::function<void(Delivery)> on_delivery_;
  const std::function<void()> on_outdated_;
  const Wakeup wakeup_;
  SocketInterrupter interrupter_;

  mutable std::mutex mutex_;
  std::condition_variable_any changed_;
  AmqpConnectionOptions address_;
  std::string queue_;
  bool stopping_ = false;
  bool finished_ = false;
  bool taking_ = true;
  std::chrono::steady_clock::time_point room_until_;
  bool reconfigured_ = false;
  bool retry_now_ = false;
  DeliveryTracker settlements_;
  /// Why the last attempt or connection ended; empty while connected.
  std::string problem_;
  std::optional<std::uint64_t> queued_;

  // Used by the owner thread only.
  AmqpAdmission admission_;
  /// When to request the queue's size; nothing while a reply is pending.
  std::optional<std::chrono::steady_clock::time_point> ask_at_;
  Backoff backoff_;
  std::optional<ErrorKind> reported_;

  os::Thread thread_;  // Last: it uses all of the above.
};

AmqpConsumer::Impl::Impl(AmqpConsumerOptions options, telemetry::Log log,
                         std::function<void(Delivery)> on_delivery,
                         std::function<void()> on_outdated)
    : max_body_(options.max_body),
      prefetch_(options.prefetch),
      max_deferred_(options.max_deferred),
      defer_for_(options.defer_for),
      size_interval_(options.size_interval),
      log_(std::move(log)),
      on_delivery_(std::move(on_delivery)),
      on_outdated_(std::move(on_outdated)),
      address_(std::move(options.connection)),
      queue_(std::move(options.queue)),
      admission_(options.memory, std::move(options.cost)) {}

void AmqpConsumer::Impl::start() {
  thread_ =
      os::Thread({.name = "consumer", .failed = telemetry::report_to(log_, "consuming messages")},
                 [this](const auto&) { run(); });
}

AmqpConsumer::Impl::~Impl() {
  if (!thread_.joinable()) return;
  thread_.request_stop();
  {
    std::unique_lock lock(mutex_);
    stopping_ = true;
    changed_.notify_all();
    wakeup_.signal();
    changed_.wait_for(lock, longest_shutdown, [this] { return finished_; });
  }
  interrupter_.interrupt_for_good();
  thread_.join();
}

void AmqpConsumer::Impl::reconfigure(AmqpConnectionOptions connection, std::string queue) {
  const std::lock_guard lock(mutex_);
  retry_now_ = true;
  if (connection != address_ || queue != queue_) {
    address_ = std::move(connection);
    queue_ = std::move(queue);
    reconfigured_ = true;
  }
  changed_.notify_all();
  wakeup_.signal();
}

void AmqpConsumer::Impl::settle(DeliveryTag tag, SettlementKind kind) {
  const std::lock_guard lock(mutex_);
  if (settlements_.settle(tag, kind)) wakeup_.signal();
}

void AmqpConsumer::Impl::stop_taking() {
  const std::lock_guard lock(mutex_);
  taking_ = false;
  changed_.notify_all();
  wakeup_.signal();
}

void AmqpConsumer::Impl::make_room(std::chrono::steady_clock::time_point until) {
  const std::lock_guard lock(mutex_);
  room_until_ = until;
  wakeup_.signal();
}

void AmqpConsumer::Impl::defer(DeliveryTag tag) {
  const std::lock_guard lock(mutex_);
  if (settlements_.defer(tag, std::chrono::steady_clock::now(), defer_for_)) wakeup_.signal();
}

void AmqpConsumer::Impl::postpone(DeliveryTag tag) {
  const std::lock_guard lock(mutex_);
  if (settlements_.postpone(tag, std::chrono::steady_clock::now(), defer_for_)) wakeup_.signal();
}

bool AmqpConsumer::Impl::flush(const Deadline& deadline) {
  std::unique_lock lock(mutex_);
  const auto& deliveries = settlements_;
  const auto wanted = deliveries.settled();
  const auto connection = deliveries.connection();
  changed_.wait_until(lock, deadline.stop(), deadline.at(), [&] {
    return deliveries.written() >= wanted || !deliveries.connected() ||
           deliveries.connection() != connection;
  });
  return deliveries.written() >= wanted && !deliveries.lost_some();
}

DeliveryState AmqpConsumer::Impl::delivery_state(DeliveryTag tag) const {
  const std::lock_guard lock(mutex_);
  return settlements_.delivery_state(tag);
}

bool AmqpConsumer::Impl::connected() const {
  const std::lock_guard lock(mutex_);
  return settlements_.connected() && taking_;
}

std::optional<std::uint64_t> AmqpConsumer::Impl::queued() const {
  const std::lock_guard lock(mutex_);
  return queued_;
}

std::size_t AmqpConsumer::Impl::deferred() const {
  const std::lock_guard lock(mutex_);
  return settlements_.deferred();
}

AmqpState AmqpConsumer::Impl::state() const {
  const std::lock_guard lock(mutex_);
  return {.up = settlements_.connected() && taking_, .problem = problem_};
}

void AmqpConsumer::Impl::run() {
  AmqpConnection::prepare_thread();
  std::unique_lock lock(mutex_);
  while (!stopping_ && taking_) {
    reconfigured_ = false;
    retry_now_ = false;
    const auto address = address_;
    const auto queue = queue_;
    lock.unlock();
    const auto ended = consume_until_told(address, queue);
    const bool outdated = !ended && (ended.error().kind == ErrorKind::unroutable ||
                                     ended.error().kind == ErrorKind::access_refused);
    if (outdated && on_outdated_) on_outdated_();
    lock.lock();
    if (ended) continue;
    // The unsettled messages were in that queue.
    if (ended.error().kind == ErrorKind::unroutable) settlements_.lose_queue();
    report(ended.error(), queue);
    problem_ = fmt::format("{}; {}", ended.error().message, amqp_advice(ended.error().kind));
    changed_.wait_for(lock, backoff_.next(),
                      [this] { return stopping_ || retry_now_ || !taking_; });
  }
  finished_ = true;
  changed_.notify_all();
}

Result<void> AmqpConsumer::Impl::consume_until_told(const AmqpConnectionOptions& address,
                                                    const std::string& queue) {
  const auto opened = AmqpConnection::open(address, max_body_, interrupter_);
  if (!opened) return tl::unexpected(opened.error());
  AmqpConnection& connection = **opened;
  connection.admit_by(
      [this](std::size_t size, bool redelivered) { return admission_.admit(size, redelivered); });

  auto started = start_consuming(connection, queue);
  Result<void> done = {};
  if (!started) {
    done = tl::unexpected(std::move(started.error()));
  } else if (*started) {
    const ConnectionScope scope(*this);
    log_.info("Consuming",
              {{"queue", queue},
               {"broker", fmt::format("{}:{}", address.address.host, address.address.port)}});
    reported_.reset();
    const auto since = std::chrono::steady_clock::now();
    done = serve(connection, queue);
    if (std::chrono::steady_clock::now() - since >= sound_after) backoff_.reset();
  }
  connection.close(close_timeout);
  return done;
}

Result<bool> AmqpConsumer::Impl::start_consuming(AmqpConnection& connection,
                                                 const std::string& queue) {
  if (auto done = connection.consume(queue, prefetch_); !done) {
    return tl::unexpected(done.error());
  }
  for (;;) {
    auto event = connection.receive();
    if (!event) return tl::unexpected(std::move(event.error()));
    if (*event && std::holds_alternative<AmqpConsuming>(**event)) return true;
    if (!*event) wakeup_.wait(connection.socket(), connection.pump_interval());
    const std::lock_guard lock(mutex_);
    if (stopping_ || reconfigured_ || !taking_) return false;
  }
}

Result<void> AmqpConsumer::Impl::serve(AmqpConnection& connection, const std::string& queue) {
  bool cancelled = false;
  std::size_t room = 0;
  for (;;) {
    if (const auto tag = admission_.next_to_go_back(std::chrono::steady_clock::now())) {
      settle(*tag, SettlementKind::give_back);
    }
    const auto requests = take_requests();
    // Before messages are given back, which would be delivered again immediately.
    if ((requests.stop_taking || requests.room != room) && !cancelled) {
      if (auto done = connection.cancel(); !done) return done;
      cancelled = true;
    }
    if (auto done = write(connection, requests.settlements); !done) return done;
    if (requests.leave) return {};
    if (!requests.stop_taking && cancelled) {
      const auto prefetch = static_cast<std::uint16_t>(prefetch_ + requests.room);
      if (auto done = connection.consume(queue, prefetch); !done) return done;
      log_.debug("Prefetch changed", {{"queue", queue}, {"prefetch", prefetch}});
      cancelled = false;
      room = requests.room;
    }
    if (auto done = ask_for_size(connection, queue); !done) return done;
    auto event = connection.receive();
    if (!event) return tl::unexpected(std::move(event.error()));
    if (!*event) {
      auto longest = std::min(connection.pump_interval(), size_interval_);
      if (admission_.must_be_asked()) longest = std::min(longest, look_for_memory_each);
      wakeup_.wait(connection.socket(), longest);
    } else if (auto done = handle(connection, std::move(**event)); !done) {
      return done;
    }
  }
}

AmqpConsumer::Impl::Requests AmqpConsumer::Impl::take_requests() {
  const std::lock_guard lock(mutex_);
  const auto now = std::chrono::steady_clock::now();
  const bool room = now < room_until_;
  settlements_.give_back_deferred(room, now);
  settlements_.give_back_postponed(now);
  // In steps, because each change of the prefetch needs a new consume.
  constexpr std::size_t step = 32;
  const auto steps = (settlements_.postponed() + step - 1) / step;
  const auto extra =
      room ? std::size_t{max_deferred_} : std::min<std::size_t>(steps * step, max_deferred_);
  return {settlements_.take(), !taking_, extra, stopping_ || reconfigured_};
}

Result<void> AmqpConsumer::Impl::settle(AmqpConnection& connection, std::uint64_t number,
                                        SettlementKind kind) {
  switch (kind) {
    case SettlementKind::acknowledge:
      return connection.acknowledge(number);
    case SettlementKind::reject:
      return connection.reject(number);
    case SettlementKind::give_back:
      break;
  }
  return connection.give_back(number);
}

Result<void> AmqpConsumer::Impl::write(AmqpConnection& connection,
                                       const std::vector<Settlement>& settlements) {
  if (settlements.empty()) return {};
  for (const auto& [number, kind] : settlements) {
    if (auto done = settle(connection, number, kind); !done) return done;
  }
  const std::lock_guard lock(mutex_);
  settlements_.written(settlements.size());
  changed_.notify_all();
  return {};
}

Result<void> AmqpConsumer::Impl::ask_for_size(AmqpConnection& connection,
                                              const std::string& queue) {
  if (!ask_at_ || std::chrono::steady_clock::now() < *ask_at_) return {};
  ask_at_.reset();
  return connection.ask_for_size(queue);
}

void AmqpConsumer::Impl::note_size(std::uint64_t messages) {
  ask_at_ = std::chrono::steady_clock::now() + size_interval_;
  const std::lock_guard lock(mutex_);
  queued_ = messages;
}

Result<void> AmqpConsumer::Impl::handle(AmqpConnection& connection, AmqpEvent event) {
  if (const auto* size = std::get_if<AmqpQueueSize>(&event)) {
    note_size(size->messages);
    return {};
  }
  if (auto* message = std::get_if<AmqpDelivered>(&event)) {
    return deliver(connection, std::move(*message));
  }
  if (std::holds_alternative<AmqpCancelled>(event)) {
    return failure(ErrorKind::unroutable, "the broker ended the consumer: its queue is gone");
  }
  return {};
}

Result<void> AmqpConsumer::Impl::deliver(AmqpConnection& connection, AmqpDelivered message) {
  if (message.too_large) {
    log_.error("A message is too large: only its beginning is read",
               {{"bytes", message.size}, {"limit", max_body_}});
  }
  auto lease = admission_.take_lease();
  const auto now = std::chrono::steady_clock::now();
  DeliveryTag tag;
  {
    const std::lock_guard lock(mutex_);
    if (taking_ && !stopping_) tag = settlements_.delivered(message.number, now);
  }
  if (tag == DeliveryTag{}) return connection.give_back(message.number);
  if (message.not_admitted) {
    log_.debug("A message waits for memory", {{"bytes", message.size}});
    admission_.wait(tag, message.size, now);
    return {};
  }
  Delivery delivery{.tag = tag,
                    .body = std::move(message.body),
                    .redelivered = message.redelivered,
                    .cut = message.too_large};
  if (lease) delivery.memory = std::make_shared<MemoryBudget::Lease>(std::move(*lease));
  try {
    on_delivery_(std::move(delivery));
  } catch (const std::exception& thrown) {
    log_.error("A message could not be accepted, giving it back", {{"reason", thrown.what()}});
    // It is delivered again as soon as it is given back.
    wakeup_.wait(-1, after_exception);
    settle(tag, SettlementKind::give_back);
  }
  return {};
}

void AmqpConsumer::Impl::begin_connection() {
  ask_at_ = std::chrono::steady_clock::now();
  const std::lock_guard lock(mutex_);
  settlements_.begin();
  problem_.clear();
}

void AmqpConsumer::Impl::end_connection() {
  admission_.reset();
  const std::lock_guard lock(mutex_);
  settlements_.end();
  queued_.reset();
  changed_.notify_all();
}

void AmqpConsumer::Impl::report(const Error& error, const std::string& queue) {
  if (!taking_) {
    log_.warning(
        fmt::format(
            "The connection ended early: {}. Unacknowledged messages will be delivered again",
            error.message),
        {{"queue", queue}});
    return;
  }
  // A repeated failure is logged as an error once until the next success.
  const auto level = reported_ == error.kind ? telemetry::Level::debug : telemetry::Level::error;
  reported_ = error.kind;
  log_.line(level,
            fmt::format("Not consuming: {}; {}. Retrying", error.message, amqp_advice(error.kind)),
            {{"queue", queue}});
}

AmqpConsumer::AmqpConsumer(AmqpConsumerOptions options, telemetry::Log log,
                           std::function<void(Delivery)> on_delivery,
                           std::function<void()> on_outdated)
    : impl_(std::make_unique<Impl>(std::move(options), std::move(log), std::move(on_delivery),
                                   std::move(on_outdated))) {}
AmqpConsumer::~AmqpConsumer() = default;
void AmqpConsumer::start() { impl_->start(); }
void AmqpConsumer::reconfigure(AmqpConnectionOptions connection, std::string queue) {
  impl_->reconfigure(std::move(connection), std::move(queue));
}
void AmqpConsumer::acknowledge(DeliveryTag tag) {
  impl_->settle(tag, Impl::SettlementKind::acknowledge);
}
void AmqpConsumer::reject(DeliveryTag tag) { impl_->settle(tag, Impl::SettlementKind::reject); }
void AmqpConsumer::give_back(DeliveryTag tag) {
  impl_->settle(tag, Impl::SettlementKind::give_back);
}
void AmqpConsumer::stop_taking() { impl_->stop_taking(); }
void AmqpConsumer::make_room(std::chrono::steady_clock::time_point until) {
  impl_->make_room(until);
}
void AmqpConsumer::defer(DeliveryTag tag) { impl_->defer(tag); }
void AmqpConsumer::postpone(DeliveryTag tag) { impl_->postpone(tag); }
bool AmqpConsumer::flush(const Deadline& deadline) { return impl_->flush(deadline); }
DeliveryState AmqpConsumer::delivery_state(DeliveryTag tag) const {
  return impl_->delivery_state(tag);
}
bool AmqpConsumer::connected() const { return impl_->connected(); }
std::optional<std::uint64_t> AmqpConsumer::queued() const { return impl_->queued(); }
std::size_t AmqpConsumer::deferred() const { return impl_->deferred(); }
AmqpState AmqpConsumer::state() const { return impl_->state(); }

}  // namespace net
