#include "net/amqp/detail/broker_health.hpp"

#include <fmt/format.h>

#include "net/amqp/detail/advice.hpp"

namespace net {
namespace {

using Clock = std::chrono::steady_clock;

/// After the broker rejected the credentials: others are requested, and further attempts with these
/// could lock the account.
constexpr std::chrono::minutes access_refused_pause{5};
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
  next_check_.reset();
  if (!kind) return backoff_.reset();
  next_check_ = Clock::now() + pause_after(*kind);
}

bool BrokerHealth::check_now() {
  if (next_check_) next_check_ = Clock::now();
  return next_check_.has_value();
}

bool BrokerHealth::is_due() const { return next_check_ && Clock::now() >= *next_check_; }

std::chrono::milliseconds BrokerHealth::pause_after(ErrorKind kind) {
  if (kind == ErrorKind::access_refused) return access_refused_pause;
  return kind == ErrorKind::blocked ? blocked_pause : backoff_.next();
}

}  // namespace net
