#include "net/amqp/detail/broker_health.hpp"

#include <fmt/format.h>

#include "net/amqp/detail/advice.hpp"

namespace net {
namespace {

using Clock = std::chrono::steady_clock;

/// After the broker rejected the credentials: others are requested, and further attempts with these
/// could lock the account.
constexpr std::chrono::minutes refused_pause{5};
/// After an alarm of the broker. Only publishing shows whether it is over, so the next publish
/// finds out.
constexpr std::chrono::seconds blocked_pause{30};

}  // namespace

void BrokerHealth::note(const Result<void>& result) {
  const auto kind = result ? std::nullopt : std::optional(result.error().kind);
  // Caused by the caller or the message, not by the broker.
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
