#include "runtime/publish_order.hpp"

#include <algorithm>

namespace runtime {
namespace {

constexpr auto never = std::numeric_limits<std::int64_t>::max();

}  // namespace

void PublishOrder::share(OtherReplicas others) {
  {
    const std::lock_guard lock(mutex_);
    if (others_.set_oldest) others_.set_oldest(std::nullopt);
    if (waits_since_) others_.wait_for_others(false);
    waits_since_.reset();
    others_ = std::move(others);
    tell_oldest();
  }
  on_moved_();
}

void PublishOrder::look() {
  {
    const std::lock_guard lock(mutex_);
    if (!waits_since_) return;
  }
  on_moved_();
}

std::uint64_t PublishOrder::draw(std::int64_t made) {
  const std::lock_guard lock(mutex_);
  inside_.emplace(next_, made);
  tell_oldest();
  return next_++;
}

bool PublishOrder::reached(std::uint64_t number) const {
  const std::lock_guard lock(mutex_);
  if (inside_.empty()) return true;
  const auto& [lowest, made] = *inside_.begin();
  if (lowest < number) return false;
  if (lowest > number || !others_have_older(made)) return true;
  const auto now = std::chrono::steady_clock::now();
  if (!waits_since_) waits_since_ = now;
  const bool waits = now - *waits_since_ < others_.longest_wait;
  others_.wait_for_others(waits);
  return !waits;
}

void PublishOrder::leave(std::uint64_t number) {
  {
    const std::lock_guard lock(mutex_);
    const bool first = !inside_.empty() && inside_.begin()->first == number;
    inside_.erase(number);
    tell_oldest();
    if (!first) return;
    if (waits_since_) {
      waits_since_.reset();
      others_.wait_for_others(false);
    }
  }
  on_moved_();
}

void PublishOrder::tell_oldest() {
  if (!others_.set_oldest) return;
  auto oldest = never;
  for (const auto& [number, made] : inside_) oldest = std::min(oldest, made);
  others_.set_oldest(oldest == never ? std::nullopt : std::optional(oldest));
}

bool PublishOrder::others_have_older(std::int64_t made) const {
  return others_.oldest_of_others && others_.oldest_of_others() < made && made != never;
}

}  // namespace runtime
