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
    turns_.clear();
    for (const auto& [number, made] : inside_) turns_.insert(place(number, made));
    report_oldest();
  }
  on_moved_();
}

void PublishOrder::recheck() {
  {
    const std::lock_guard lock(mutex_);
    if (!waits_since_) return;
  }
  on_moved_();
}

std::uint64_t PublishOrder::draw(std::optional<std::int64_t> known) {
  const std::lock_guard lock(mutex_);
  const auto made = known.value_or(newest_);
  // First the entry in `turns_`: if memory is short afterwards, it is removed, and blocks no other
  // number.
  const auto turn = turns_.insert(place(next_, made)).first;
  try {
    inside_.emplace(next_, made);
  } catch (...) {
    turns_.erase(turn);
    throw;
  }
  newest_ = std::max(newest_, made);
  report_oldest();
  return next_++;
}

std::pair<std::int64_t, std::uint64_t> PublishOrder::place(std::uint64_t number,
                                                           std::int64_t made) const {
  return {others_.set_oldest ? made : 0, number};
}

bool PublishOrder::reached(std::uint64_t number) const {
  const std::lock_guard lock(mutex_);
  const auto at = inside_.find(number);
  if (at == inside_.end()) return turns_.empty() || turns_.begin()->second > number;
  if (turns_.begin()->second != number) return false;
  if (!others_have_older(at->second)) return true;
  const auto now = std::chrono::steady_clock::now();
  if (!waits_since_) waits_since_ = now;
  const bool waits = now - *waits_since_ < others_.longest_wait;
  others_.wait_for_others(waits);
  if (!waits) given_up_ = others_.oldest_of_others();
  return !waits;
}

void PublishOrder::leave(std::uint64_t number) {
  {
    const std::lock_guard lock(mutex_);
    const auto at = inside_.find(number);
    if (at == inside_.end()) return;
    const bool first = turns_.begin()->second == number;
    turns_.erase(place(number, at->second));
    inside_.erase(at);
    report_oldest();
    if (!first) return;
    if (waits_since_) {
      waits_since_.reset();
      others_.wait_for_others(false);
    }
  }
  on_moved_();
}

void PublishOrder::report_oldest() {
  if (!others_.set_oldest) return;
  auto oldest = never;
  for (const auto& [number, made] : inside_) {
    if (made != unknown) oldest = std::min(oldest, made);
  }
  others_.set_oldest(oldest == never ? std::nullopt : std::optional(oldest));
}

bool PublishOrder::others_have_older(std::int64_t made) const {
  if (!others_.oldest_of_others) return false;
  const auto oldest = others_.oldest_of_others();
  return oldest < made && oldest > given_up_;
}

}  // namespace runtime
