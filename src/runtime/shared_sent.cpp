#include "runtime/shared_sent.hpp"

#include <algorithm>

#include "storage/shared_keys.hpp"

namespace runtime {
namespace {

using std::chrono::milliseconds;
using std::chrono::system_clock;
namespace keys = storage::keys;
using storage::Script;

constexpr std::int64_t max_kept = 1'000'000'000;
/// One result is read at a time. In bytes.
constexpr std::size_t longest_result = std::size_t{8} * 1024 * 1024;
/// A row of `due_script`. In bytes.
constexpr std::size_t longest_row = 512;

// Each result is a hash; `sent-due` orders the keys of results by the time of their next check,
// `sent-bytes` is the sum of their sizes, and each work has a set of its results. A hash expires
// after a week, and its entry in `sent-due` is removed when it is due next.

// The first delivery of a message that comes here determines the content of all. The content, and
// the record that it was sent, are kept for six hours: a slower delivery has given up.
// KEYS: content, work. ARGV: bundles, prefix of results, key. -> {number that others announced on
// the work, whether it was sent, content that others began to send or nothing}
constexpr Script begin_script{R"(
local sum = 0
for _, key in ipairs(redis.call('SMEMBERS', KEYS[2])) do
  local announced = key ~= ARGV[3] and redis.call('HGET', ARGV[2] .. key, 'announced')
  sum = sum + (announced or 0)
end
local one = redis.call('HMGET', KEYS[1], 'sent', 'bundles')
if one[1] then return {sum, 1} end
if one[2] then return {sum, 0, one[2]} end
redis.call('HSET', KEYS[1], 'bundles', ARGV[1])
redis.call('EXPIRE', KEYS[1], 21600)
return {sum, 0}
)"};

// KEYS: content.
constexpr Script sent_script{R"(
redis.call('HDEL', KEYS[1], 'bundles')
redis.call('HSET', KEYS[1], 'sent', 1)
return redis.call('EXPIRE', KEYS[1], 21600)
)"};

// KEYS: content.
constexpr Script rejected_script{R"(
if redis.call('HEXISTS', KEYS[1], 'sent') == 1 then return 0 end
return redis.call('DEL', KEYS[1])
)"};

// KEYS: result, due, bytes, work, content. ARGV: key, work, announced, draft, applicant, entity,
// bundles, first look in ms, most results, most bytes. -> {how many, bytes, whether it is kept}
constexpr Script keep_script{R"(
local t = redis.call('TIME')
local now = t[1] * 1000 + math.floor(t[2] / 1000)
local size = #ARGV[7]
local old = tonumber(redis.call('HGET', KEYS[1], 'size') or 0)
local count, bytes = redis.call('ZCARD', KEYS[2]), tonumber(redis.call('GET', KEYS[3]) or 0) - old
if count >= tonumber(ARGV[9]) or bytes + size > tonumber(ARGV[10]) then return {count, bytes + old, 0} end
redis.call('HSET', KEYS[1], 'work', ARGV[2], 'announced', ARGV[3], 'draft', ARGV[4], 'applicant', ARGV[5],
  'entity', ARGV[6], 'bundles', ARGV[7], 'size', size, 'at', string.format('%.0f', now), 'looks', 0)
redis.call('EXPIRE', KEYS[1], 604800)
redis.call('ZADD', KEYS[2], now + ARGV[8], ARGV[1])
redis.call('SET', KEYS[3], string.format('%.0f', bytes + size))
redis.call('SADD', KEYS[4], ARGV[1])
redis.call('EXPIRE', KEYS[4], 604800)
redis.call('HDEL', KEYS[5], 'bundles')
redis.call('HSET', KEYS[5], 'sent', 1, 'announced', ARGV[3])
redis.call('EXPIRE', KEYS[5], 21600)
return {redis.call('ZCARD', KEYS[2]), bytes + size, 1}
)"};

// KEYS: result, content.
constexpr Script announced_script{R"(
return redis.call('HGET', KEYS[1], 'announced') or redis.call('HGET', KEYS[2], 'announced')
)"};

// KEYS: work. ARGV: prefix of results, key. -> sum
constexpr Script others_script{R"(
local sum = 0
for _, key in ipairs(redis.call('SMEMBERS', KEYS[1])) do
  if key ~= ARGV[2] then
    local announced = redis.call('HGET', ARGV[1] .. key, 'announced')
    if announced then sum = sum + announced else redis.call('SREM', KEYS[1], key) end
  end
end
return sum
)"};

// A replica that gets a result keeps it for a minute, or until it releases or postpones it; when it
// is due does not change.
// KEYS: due, bytes. ARGV: prefix of results, how many. -> {how many are kept, bytes,
// {key, work, announced, entity, at, due, looks, ...}}
constexpr Script due_script{R"(
local t = redis.call('TIME')
local now = t[1] * 1000 + math.floor(t[2] / 1000)
local out, given = {}, 0
for _, key in ipairs(redis.call('ZRANGEBYSCORE', KEYS[1], '-inf', now, 'LIMIT', 0, 1000)) do
  local one = redis.call('HMGET', ARGV[1] .. key, 'work', 'announced', 'entity', 'at', 'looks', 'leased')
  if not one[1] then
    redis.call('ZREM', KEYS[1], key)
  elseif tonumber(one[6] or 0) <= now then
    for _, value in ipairs({key, one[1], one[2], one[3], one[4], redis.call('ZSCORE', KEYS[1], key), one[5]}) do
      out[#out + 1] = value
    end
    redis.call('HSET', ARGV[1] .. key, 'leased', string.format('%.0f', now + 60000))
    given = given + 1
    if given >= tonumber(ARGV[2]) then break end
  end
end
if redis.call('ZCARD', KEYS[1]) == 0 then redis.call('SET', KEYS[2], '0') end
return {redis.call('ZCARD', KEYS[1]), redis.call('GET', KEYS[2]) or 0, out}
)"};

// KEYS: none. ARGV: prefix of results, keys.
constexpr Script leave_script{R"(
for i = 2, #ARGV do redis.call('HDEL', ARGV[1] .. ARGV[i], 'leased') end
return 1
)"};

// KEYS: result. -> its fields
constexpr Script read_script{R"(
local one = redis.call('HMGET', KEYS[1], 'work', 'announced', 'draft', 'applicant', 'entity', 'bundles')
if not one[1] then return false end
return one
)"};

// KEYS: due, bytes. ARGV: prefixes of results and of works, keys. -> {how many, bytes}
constexpr Script forget_script{R"(
for i = 3, #ARGV do
  local one = redis.call('HMGET', ARGV[1] .. ARGV[i], 'work', 'size')
  if one[1] then
    redis.call('SREM', ARGV[2] .. one[1], ARGV[i])
    redis.call('DECRBY', KEYS[2], one[2])
    redis.call('DEL', ARGV[1] .. ARGV[i])
  end
  redis.call('ZREM', KEYS[1], ARGV[i])
end
return {redis.call('ZCARD', KEYS[1]), redis.call('GET', KEYS[2]) or 0}
)"};

// KEYS: due. ARGV: prefix of results, and for each its key and the pause in ms.
constexpr Script postpone_script{R"(
local t = redis.call('TIME')
local now = t[1] * 1000 + math.floor(t[2] / 1000)
for i = 2, #ARGV, 2 do
  if redis.call('EXISTS', ARGV[1] .. ARGV[i]) == 1 then
    redis.call('ZADD', KEYS[1], now + ARGV[i + 1], ARGV[i])
    redis.call('HINCRBY', ARGV[1] .. ARGV[i], 'looks', 1)
    redis.call('HDEL', ARGV[1] .. ARGV[i], 'leased')
    redis.call('EXPIRE', ARGV[1] .. ARGV[i], 604800)
  end
end
return 1
)"};

std::string result_name(const std::string& key) { return keys::named(keys::sent, key); }
std::string content_name(const std::string& key) { return keys::named(keys::content, key); }
std::string work_name(const opencti::WorkId& work_id) {
  return keys::named(keys::sent_by, work_id.text());
}

system_clock::time_point time_of(const storage::Reply& value) {
  // In the year 2255, within the range of system_clock.
  constexpr std::int64_t latest = 9'000'000'000'000;
  return system_clock::time_point(milliseconds(value.number(0, latest)));
}

}  // namespace

SharedSent::SharedSent(SentResultsOptions options, storage::Shared shared,
                       const telemetry::Log& log)
    : options_(std::move(options)),
      redis_(shared.redis),
      write_health_("results are sent without their work's id, which then counts no objects", log) {
}

void SharedSent::take_over(const storage::Reply& reply) {
  results_ = reply.at(0).number(0, max_kept);
  bytes_ = reply.at(1).number(0, max_bytes_kept);
}

storage::Result<SendDecision> SharedSent::begin(const std::string& key,
                                                const opencti::WorkId& work_id,
                                                const std::vector<std::string>& bundles) {
  const auto name = content_name(key), work = work_name(work_id);
  const auto content = text_of_bundles(bundles);
  const auto begun = redis_.run(begin_script, {name, work}, {content, redis_.key(keys::sent), key},
                                content.size() + longest_result);
  write_health_.note(begun);
  const std::lock_guard lock(mutex_);
  if (begun) {
    away_since_.reset();
    return SendDecision{.sent = begun->at(1).number() != 0,
                        .bundles = bundles_in(begun->at(2).text()),
                        .announced_by_others = begun->at(0).number(0, max_announced)};
  }
  const auto now = std::chrono::steady_clock::now();
  // Waiting messages ask more often than this: a failure so long ago was of another outage.
  if (!away_since_ || now - failed_at_ > 2 * options_.wait_for_store) away_since_ = now;
  failed_at_ = now;
  if (now - *away_since_ < options_.wait_for_store) return tl::unexpected(begun.error());
  return SendDecision{.agreed = false};
}

void SharedSent::sent(const std::string& key) {
  const auto name = content_name(key);
  write_health_.note(redis_.run(sent_script, {name}, {}));
}

void SharedSent::rejected(const std::string& key) {
  const auto name = content_name(key);
  write_health_.note(redis_.run(rejected_script, {name}, {}));
}

bool SharedSent::has_room(std::size_t bytes) const {
  const std::lock_guard lock(mutex_);
  return bytes <= longest_result && results_ < options_.max_results &&
         bytes_ + static_cast<std::int64_t>(bytes) <= options_.max_bytes &&
         redis_.problem().empty() && std::chrono::steady_clock::now() >= next_attempt_;
}

bool SharedSent::keep(const SentResult& result) {
  const auto name = result_name(result.key), work = work_name(result.work_id),
             content = content_name(result.key);
  const auto kept =
      redis_.run(keep_script, {name, keys::sent_due, keys::sent_bytes, work, content},
                 {result.key, result.work_id.text(), std::to_string(result.announced),
                  result.draft_id.text(), result.applicant_id, result.entity_id.text(),
                  text_of_bundles(result.bundles), std::to_string(options_.first_check.count()),
                  std::to_string(options_.max_results), std::to_string(options_.max_bytes)});
  write_health_.note(kept);
  if (!kept) {
    const std::lock_guard lock(mutex_);
    next_attempt_ = std::chrono::steady_clock::now() + options_.write_again_after;
    return false;
  }
  take_over(*kept);
  if (kept->at(2).number() == 0) return false;
  ++kept_;
  return true;
}

std::optional<std::int64_t> SharedSent::announced_for(const std::string& key) {
  const auto name = result_name(key), content = content_name(key);
  const auto announced = redis_.run(announced_script, {name, content}, {});
  if (!announced || !announced->optional_text()) return std::nullopt;
  return announced->number(0, max_announced);
}

std::int64_t SharedSent::announced_by_others(const opencti::WorkId& work_id,
                                             const std::string& key) {
  const auto work = work_name(work_id);
  const auto sum = redis_.run(others_script, {work}, {redis_.key(keys::sent), key});
  return sum ? sum->number(0, max_announced) : 0;
}

std::vector<DueResult> SharedSent::due(std::size_t max_count) {
  constexpr std::size_t fields = 7;
  forget({});
  std::vector<DueResult> out;
  const auto reply =
      redis_.run(due_script, {keys::sent_due, keys::sent_bytes},
                 {redis_.key(keys::sent), std::to_string(max_count)}, longest_row * max_count);
  if (!reply) return out;
  take_over(*reply);
  const auto& rows = reply->at(2).list();
  const std::lock_guard lock(mutex_);
  for (std::size_t i = 0; i + fields <= rows.size(); i += fields) {
    const auto* row = &rows[i];
    if (done_.contains(row[0].text())) continue;
    out.push_back({.key = row[0].text(),
                   .work_id = opencti::WorkId(row[1].text()),
                   .announced = row[2].number(0, max_announced),
                   .entity_id = opencti::EntityId(row[3].text()),
                   .sent = time_of(row[4]),
                   .due = time_of(row[5]),
                   .checks = static_cast<int>(row[6].number(0, max_checks))});
  }
  return out;
}

std::optional<SentResult> SharedSent::read(const std::string& key) {
  const auto name = result_name(key);
  const auto one = redis_.run(read_script, {name}, {}, longest_result);
  if (!one || one->list().empty()) return std::nullopt;
  return SentResult{.key = key,
                    .work_id = opencti::WorkId(one->at(0).text()),
                    .announced = one->at(1).number(0, max_announced),
                    .draft_id = opencti::DraftId(one->at(2).text()),
                    .applicant_id = one->at(3).text(),
                    .entity_id = opencti::EntityId(one->at(4).text()),
                    .bundles = bundles_in(one->at(5).text())};
}

void SharedSent::forget(const std::vector<std::string>& keys) {
  std::vector<std::string> all{redis_.key(keys::sent), redis_.key(keys::sent_by)};
  {
    const std::lock_guard lock(mutex_);
    done_.insert(keys.begin(), keys.end());
    if (done_.empty()) return;
    all.insert(all.end(), done_.begin(), done_.end());
  }
  const auto done = redis_.run(forget_script, {keys::sent_due, keys::sent_bytes}, all);
  if (!done) return;
  take_over(*done);
  const std::lock_guard lock(mutex_);
  std::for_each(all.begin() + 2, all.end(), [this](const auto& key) { done_.erase(key); });
}

void SharedSent::leave(const std::vector<DueResult>& results) {
  std::vector<std::string> arguments{redis_.key(keys::sent)};
  for (const auto& result : results) arguments.push_back(result.key);
  static_cast<void>(redis_.run(leave_script, {}, arguments));
}

void SharedSent::postpone(const std::vector<std::pair<std::string, milliseconds>>& pauses) {
  if (pauses.empty()) return;
  std::vector<std::string> arguments{redis_.key(keys::sent)};
  for (const auto& [key, pause] : pauses) {
    arguments.push_back(key);
    arguments.push_back(std::to_string(pause.count()));
  }
  static_cast<void>(redis_.run(postpone_script, {keys::sent_due}, arguments));
}

}  // namespace runtime
