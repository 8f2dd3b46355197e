#include "net/amqp/detail/broker_health.hpp"

#include <fmt/format.h>

#include "net/amqp/detail/advice.hpp"

namespace net {
namespace {

using Clock = std::chrono::steady_clock;

/// Where the broker refuses the credentials: others are asked for, and tries with these are counted
/// against us.
constexpr std::chrono::minutes refused_pause{5};
/// After it held us back. An alarm shows only to who publishes, so that is left to the next.
constexpr std::chrono::seconds blocked_pause{30};

}  // namespace

void BrokerHealth::note(const Result<void>& result) {
  const auto kind = result ? std::nullopt : std::optional(result.error().kind);
  // Our own doing, or the message's: that tells nothing of the broker.
  if (kind == ErrorKind::stopped || kind == ErrorKind::invalid) return;
  state_.up = result.has_value();
  state_.problem =
      result ? std::string() : fmt::format("{}; {}", result.error().message, amqp_advice(*kind));
  look_at_.reset();
  if (!kind) return backoff_.reset();
  look_at_ = Clock::now() + pause_after(*kind);
}

bool BrokerHealth::hurry() {
  if (look_at_) look_at_ = Clock::now();
  return look_at_.has_value();
}

bool BrokerHealth::is_due() const { return look_at_ && Clock::now() >= *look_at_; }

std::chrono::milliseconds BrokerHealth::pause_after(ErrorKind kind) {
  if (kind == ErrorKind::refused) return refused_pause;
  return kind == ErrorKind::blocked ? blocked_pause : backoff_.next();
}

}  // namespace net
