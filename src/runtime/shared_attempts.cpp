#include "runtime/shared_attempts.hpp"

#include <utility>

#include "storage/shared_keys.hpp"

namespace runtime {
namespace {

using storage::Script;

// A hash: `count` and `reason` of failed attempts, and per replica that has begun the message the
// reason if it crashes.
// KEYS: attempt, alive. ARGV: id, the reason if this replica has begun it. -> {count, reason}
constexpr Script earlier_script{R"(
local all = redis.call('HGETALL', KEYS[1])
local t = redis.call('TIME')
local now = t[1] * 1000 + t[2] / 1000
local count, reason = 0, ''
for i = 1, #all, 2 do
  if all[i] == 'count' then count = tonumber(all[i + 1]) end
  if all[i] == 'reason' then reason = all[i + 1] end
end
local dead = 0
for i = 1, #all, 2 do
  if all[i] ~= 'count' and all[i] ~= 'reason' and all[i] ~= ARGV[1] then
    local ends = redis.call('ZSCORE', KEYS[2], all[i])
    if not ends or tonumber(ends) <= now then
      dead = dead + 1
      reason = all[i + 1]
      redis.call('HDEL', KEYS[1], all[i])
    end
  end
end
if dead > 0 then
  count = count + dead
  redis.call('HSET', KEYS[1], 'count', count, 'reason', reason)
  redis.call('EXPIRE', KEYS[1], 604800)
end
if ARGV[2] then
  redis.call('HSET', KEYS[1], ARGV[1], ARGV[2])
  redis.call('EXPIRE', KEYS[1], 604800)
end
return {count, reason}
)"};

// KEYS: attempt. ARGV: id, reason.
constexpr Script begun_script{R"(
redis.call('HSET', KEYS[1], ARGV[1], ARGV[2])
return redis.call('EXPIRE', KEYS[1], 604800)
)"};

// KEYS: attempt. ARGV: id, count, reason.
constexpr Script failed_script{R"(
redis.call('HDEL', KEYS[1], ARGV[1])
redis.call('HSET', KEYS[1], 'count', ARGV[2], 'reason', ARGV[3])
return redis.call('EXPIRE', KEYS[1], 604800)
)"};

constexpr Script not_begun_script{"return redis.call('HDEL', KEYS[1], ARGV[1])"};
constexpr Script over_script{"return redis.call('DEL', KEYS[1])"};

std::string name_of_attempt(const std::string& key) {
  return storage::keys::named(storage::keys::attempt, key);
}

}  // namespace

SharedAttempts::SharedAttempts(storage::Shared shared, telemetry::Log log)
    : redis_(shared.redis),
      replicas_(shared.replicas),
      write_health_("crashes are not counted", std::move(log)) {}

EarlierAttempts SharedAttempts::find(const std::string& key) {
  const auto name = name_of_attempt(key);
  const auto found = redis_.run(earlier_script, {name, storage::keys::alive}, {replicas_.id()});
  if (!found) return {};
  return known(found->at(0).number(0, drop_after), found->at(1).text());
}

EarlierAttempts SharedAttempts::begin_reading(const std::string& key) {
  const auto name = name_of_attempt(key);
  const auto found = redis_.run(earlier_script, {name, storage::keys::alive},
                                {replicas_.id(), std::string(crashed_reading)});
  write_health_.note(found);
  // A server that is full still returns the number of earlier attempts.
  auto earlier = found ? known(found->at(0).number(0, drop_after), found->at(1).text()) : find(key);
  if (only_searched(earlier)) begun(key, earlier, crashed_salvaging);
  return earlier;
}

void SharedAttempts::begun(const std::string& key, const EarlierAttempts& /*earlier*/,
                           std::string_view crash_reason) {
  const auto name = name_of_attempt(key);
  write_health_.note(redis_.run(begun_script, {name}, {replicas_.id(), std::string(crash_reason)}));
}

void SharedAttempts::not_begun(const std::string& key, const EarlierAttempts& /*earlier*/) {
  const auto name = name_of_attempt(key);
  write_health_.note(redis_.run(not_begun_script, {name}, {replicas_.id()}));
}

void SharedAttempts::failed(const std::string& key, const EarlierAttempts& earlier,
                            const std::string& reason) {
  const auto name = name_of_attempt(key);
  write_health_.note(redis_.run(failed_script, {name},
                                {replicas_.id(), std::to_string(earlier.attempts + 1), reason}));
}

void SharedAttempts::over(const std::string& key) {
  const auto name = name_of_attempt(key);
  write_health_.note(redis_.run(over_script, {name}, {}));
}

}  // namespace runtime
