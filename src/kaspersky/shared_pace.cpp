#include "kaspersky/shared_pace.hpp"

#include <algorithm>
#include <cstdint>
#include <string>
#include <utility>

#include "storage/shared_keys.hpp"

namespace kaspersky {
namespace {

using std::chrono::microseconds;

// KEYS: next free slot in microseconds. ARGV: interval. -> how long to wait
constexpr storage::Script reserve_script{R"(
local t = redis.call('TIME')
local now = t[1] * 1000000 + t[2]
-- No more replicas than that hold a moment; later ones are of a clock that was set back.
local at = math.min(math.max(now, tonumber(redis.call('GET', KEYS[1]) or 0)), now + 256 * ARGV[1])
redis.call('SET', KEYS[1], string.format('%.0f', at + ARGV[1]), 'PX', math.ceil((at - now + ARGV[1]) / 1000) + 1000)
return string.format('%.0f', at - now)
)"};

}  // namespace

SharedPace::SharedPace(storage::Shared shared, int requests_per_second, Clock clock)
    : redis_(shared.redis),
      replicas_(shared.replicas),
      interval_(microseconds(std::chrono::seconds(1)) / requests_per_second),
      clock_(std::move(clock)) {}

std::chrono::nanoseconds SharedPace::reserve() {
  // Each replica holds one slot at a time, so the next slot cannot be later.
  constexpr std::int64_t longest = 3'600'000'000;
  if (const auto wait =
          redis_.run(reserve_script, {storage::keys::pace}, {std::to_string(interval_.count())})) {
    return microseconds(wait->number(0, longest));
  }
  const std::lock_guard lock(mutex_);
  const auto now = clock_.steady();
  const auto at = std::max(now, next_alone_);
  next_alone_ = at + interval_ * replicas_.alive();
  return at - now;
}

}  // namespace kaspersky
