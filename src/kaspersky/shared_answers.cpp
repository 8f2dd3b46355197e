#include "kaspersky/shared_answers.hpp"

#include <algorithm>
#include <utility>

#include "storage/shared_keys.hpp"
#include "text/digest.hpp"

namespace kaspersky {
namespace {

namespace keys = storage::keys;
using storage::Script;

/// Upper bound of ages and sizes.
constexpr std::int64_t largest_number = std::int64_t{1} << 50U;
/// Size of an entry apart from its text. In bytes.
constexpr std::int64_t overhead = 400;

/// Values can be long, and have characters that keys must not have.
std::string digest_of(const std::string& key) { return text::hex(text::sha256(key)); }

std::string answer_key(const std::string& digest) { return keys::named(keys::answer, digest); }
std::string claim_key(const std::string& digest) { return keys::named(keys::asking, digest); }

// KEYS: answer. -> {age in seconds, size, stamp}, or nothing.
constexpr Script find_script{R"(
local found = redis.call('HMGET', KEYS[1], 'at', 'size', 'stamp')
if not found[1] then return false end
return {redis.call('TIME')[1] - found[1], found[2], found[3]}
)"};

// KEYS: answer. ARGV: stamp. -> {whether there is one, text}
constexpr Script read_script{R"(
local found = redis.call('HMGET', KEYS[1], 'stamp', 'text')
if found[1] ~= ARGV[1] then return false end
return {1, found[2]}
)"};

// Replaces an answer, or only removes it if its size is 0, and releases our claim.
// KEYS: answer, claim, ages, sizes, sum. ARGV: prefix of answers, digest, id, size, whether there
// is a text, text, maximum bytes, maximum age in seconds, stamp, key, stamp of the answer to
// replace. -> sum
constexpr Script put_script{R"(
local function drop(digest)
  local size = redis.call('HGET', KEYS[4], digest)
  -- In this order: a command that may need memory comes last.
  redis.call('DEL', ARGV[1] .. digest)
  redis.call('HDEL', KEYS[4], digest)
  redis.call('ZREM', KEYS[3], digest)
  if size then redis.call('DECRBY', KEYS[5], size) end
end
if ARGV[11] ~= '' and redis.call('HGET', KEYS[1], 'stamp') ~= ARGV[11] then
  return tonumber(redis.call('GET', KEYS[5]) or 0)
end
if redis.call('GET', KEYS[2]) == ARGV[3] then redis.call('DEL', KEYS[2]) end
drop(ARGV[2])
local sum = tonumber(redis.call('GET', KEYS[5]) or 0)
local size = tonumber(ARGV[4])
if size == 0 then return sum end
local now = tonumber(redis.call('TIME')[1])
for _, old in ipairs(redis.call('ZRANGEBYSCORE', KEYS[3], '-inf', now - ARGV[8], 'LIMIT', 0, 20)) do drop(old) end
for _ = 1, 200 do
  if tonumber(redis.call('GET', KEYS[5]) or 0) + size <= tonumber(ARGV[7]) then break end
  local oldest = redis.call('ZRANGE', KEYS[3], 0, 0)[1]
  if not oldest then break end
  drop(oldest)
end
redis.call('HSET', KEYS[1], 'at', now, 'size', size, 'stamp', ARGV[9], 'key', ARGV[10])
if ARGV[5] == '1' then redis.call('HSET', KEYS[1], 'text', ARGV[6]) end
redis.call('EXPIRE', KEYS[1], ARGV[8] + 60)
redis.call('ZADD', KEYS[3], now, ARGV[2])
redis.call('HSET', KEYS[4], ARGV[2], size)
sum = redis.call('INCRBY', KEYS[5], size)
for i = 3, 5 do redis.call('EXPIRE', KEYS[i], ARGV[8] + 120) end
return sum
)"};

// KEYS: answer, claim, alive. ARGV: id, stamp that was seen, time to live in ms.
// -> 0 ours, 1 of another, 2 answered
constexpr Script claim_script{R"(
local stamp = redis.call('HGET', KEYS[1], 'stamp')
if stamp and stamp ~= ARGV[2] then return 2 end
local who = redis.call('GET', KEYS[2])
if who and who ~= ARGV[1] then
  local t = redis.call('TIME')
  local ends = redis.call('ZSCORE', KEYS[3], who)
  if ends and tonumber(ends) > t[1] * 1000 + t[2] / 1000 then return 1 end
end
redis.call('SET', KEYS[2], ARGV[1], 'PX', ARGV[3])
return 0
)"};

// KEYS: claim. ARGV: id.
constexpr Script release_script{R"(
if redis.call('GET', KEYS[1]) == ARGV[1] then redis.call('DEL', KEYS[1]) end
return 1
)"};

}  // namespace

SharedAnswers::SharedAnswers(storage::Shared shared, AnswerStore& own, telemetry::Log log)
    : redis_(shared.redis),
      replicas_(shared.replicas),
      own_(own),
      write_health_("answers are cached by each replica for itself", std::move(log)) {
  replicas_.poll(keys::asking, [this] { release_left(); });
}

SharedAnswers::~SharedAnswers() { replicas_.stop_polling(keys::asking); }

std::optional<AnswerStore::Kept> SharedAnswers::find(const std::string& key) {
  const auto answer = answer_key(digest_of(key));
  const auto found = redis_.run(find_script, {answer}, {});
  if (found && !found->list().empty()) {
    return Kept{.age = found->at(0).number(-largest_number, largest_number),
                .size = found->at(1).number(0, largest_number),
                .stamp = found->at(2).text()};
  }
  return own_.find(key);
}

std::optional<AnswerStore::Text> SharedAnswers::read(const std::string& key, const Kept& found) {
  if (found.stamp.empty()) return own_.read(key, found);
  const auto answer = answer_key(digest_of(key));
  const auto known = redis_.run(read_script, {answer}, {found.stamp},
                                static_cast<std::size_t>(std::max<std::int64_t>(found.size, 0)));
  if (!known || known->list().empty()) return std::nullopt;
  return Text{known->at(1).optional_text()};
}

void SharedAnswers::put(const std::string& key, const std::optional<std::string>& text,
                        const Bounds& bounds) {
  replace(key, static_cast<std::int64_t>(text ? text->size() : 0) + overhead, text, bounds, "");
  own_.put(key, text, bounds);
}

void SharedAnswers::forget(const std::string& key, const std::optional<Kept>& found) {
  // An answer without a stamp is in this replica's own store.
  if (!found || !found->stamp.empty()) {
    replace(key, 0, std::nullopt, {}, found ? found->stamp : "");
  }
  own_.forget(key, found);
}

void SharedAnswers::replace(const std::string& key, std::int64_t size,
                            const std::optional<std::string>& text, const Bounds& bounds,
                            const std::string& stamp) {
  const auto digest = digest_of(key);
  const auto answer = answer_key(digest), claim = claim_key(digest);
  const auto done =
      redis_.run(put_script, {answer, claim, keys::ages, keys::sizes, keys::answers},
                 {redis_.key(keys::answer), digest, replicas_.id(), std::to_string(size),
                  text ? "1" : "0", text.value_or(""), std::to_string(bounds.max_bytes),
                  std::to_string(bounds.longest.count()), storage::unique_id(), key, stamp});
  write_health_.note(done);
  if (done) {
    size_ = done->number(0, largest_number);
  } else {
    leave(digest);
  }
}

AnswerStore::Claim SharedAnswers::claim(const std::string& key, const std::optional<Kept>& seen,
                                        std::chrono::milliseconds lasts) {
  const auto digest = digest_of(key);
  const auto answer = answer_key(digest), claim = claim_key(digest);
  {
    const std::lock_guard lock(mutex_);
    left_.erase(digest);
  }
  const auto done = redis_.run(claim_script, {answer, claim, keys::alive},
                               {replicas_.id(), seen ? seen->stamp : "",
                                std::to_string(std::max<std::int64_t>(lasts.count(), 1))});
  // While the server is unreachable, each replica sends its own lookup.
  if (!done) return Claim::ours;
  switch (done->number()) {
    case 1:
      return Claim::of_another;
    case 2:
      return Claim::answered;
    default:
      return Claim::ours;
  }
}

void SharedAnswers::release(const std::string& key) {
  const auto digest = digest_of(key);
  const auto claim = claim_key(digest);
  if (!redis_.run(release_script, {claim}, {replicas_.id()})) leave(digest);
}

void SharedAnswers::leave(const std::string& digest) {
  // Further claims expire.
  constexpr std::size_t max_left = 10'000;
  const std::lock_guard lock(mutex_);
  if (left_.size() < max_left) left_.insert(digest);
}

void SharedAnswers::release_left() {
  std::set<std::string> left;
  {
    const std::lock_guard lock(mutex_);
    left.swap(left_);
  }
  for (const auto& digest : left) {
    const auto claim = claim_key(digest);
    if (!redis_.run(release_script, {claim}, {replicas_.id()})) leave(digest);
  }
}

std::string SharedAnswers::problem() const {
  auto problem = write_health_.problem();
  return problem.empty() ? own_.problem() : problem;
}

}  // namespace kaspersky
