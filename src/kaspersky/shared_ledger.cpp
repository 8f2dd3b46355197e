#include "kaspersky/shared_ledger.hpp"

#include <algorithm>
#include <utility>

#include "storage/shared_keys.hpp"

namespace kaspersky {
namespace {

namespace keys = storage::keys;
using storage::Script;

/// Maximum number of attempts while other replicas count at the same time.
constexpr int max_rounds = 64;

// Both scripts return {ours, all, quota or 0}. The day's figures are kept for a month.

// Each replica's count is a separate field, so that it can be sent again if it is unknown whether
// it arrived, or if the server has lost it.
// KEYS: day, quota. ARGV: id, its number of requests; and, to count one more, ours, all and quota
// that were used to decide. -> also whether it was counted
constexpr Script meet_script{R"(
local made = tonumber(ARGV[2])
local function add(requests)
  redis.call('HINCRBY', KEYS[1], 'ours', requests)
  redis.call('HINCRBY', KEYS[1], 'all', requests)
  redis.call('EXPIRE', KEYS[1], 2678400)
end
local unknown = made - tonumber(redis.call('HGET', KEYS[1], ARGV[1]) or 0)
if unknown ~= 0 then
  add(unknown)
  redis.call('HSET', KEYS[1], ARGV[1], made)
end
local day = redis.call('HMGET', KEYS[1], 'ours', 'all')
local ours, all, quota = tonumber(day[1] or 0), tonumber(day[2] or 0), tonumber(redis.call('GET', KEYS[2]) or 0)
if ours ~= tonumber(ARGV[3]) or all ~= tonumber(ARGV[4]) or quota ~= tonumber(ARGV[5]) then
  return {ours, all, quota, 0}
end
add(1)
redis.call('HSET', KEYS[1], ARGV[1], made + 1)
return {ours + 1, all + 1, quota, 1}
)"};

// KEYS: day, quota. ARGV: the licence's count or 0, its quota or 0, whether the count may fall.
constexpr Script learn_script{R"(
local quota = tonumber(ARGV[2])
if quota > 0 then redis.call('SET', KEYS[2], ARGV[2], 'EX', 2678400) end
local day = redis.call('HMGET', KEYS[1], 'ours', 'all')
local ours, all, licence = tonumber(day[1] or 0), tonumber(day[2] or 0), tonumber(ARGV[1])
if licence > 0 then
  local least = ARGV[3] == '1' and ours or all
  all = math.max(licence, least)
  redis.call('HSET', KEYS[1], 'ours', string.format('%.0f', ours), 'all', string.format('%.0f', all))
  redis.call('EXPIRE', KEYS[1], 2678400)
end
return {ours, all, redis.call('GET', KEYS[2]) or 0}
)"};

std::string day_key(std::int64_t day) { return keys::named(keys::requests, std::to_string(day)); }

std::int64_t possible(const std::optional<std::int64_t>& figure) {
  return figure && *figure > 0 && *figure <= max_in_a_day ? *figure : 0;
}

}  // namespace

SharedLedger::SharedLedger(storage::Shared shared, telemetry::Log log)
    : redis_(shared.redis),
      replicas_(shared.replicas),
      write_health_(
          "requests are counted by each replica for itself, with a share of what was left",
          std::move(log)) {
  replicas_.poll(keys::requests, [this] { refresh(); });
}

SharedLedger::~SharedLedger() { replicas_.stop_polling(keys::requests); }

void SharedLedger::refresh() {
  const std::lock_guard lock(mutex_);
  if (day_) static_cast<void>(ask({}));
}

void SharedLedger::begin(std::int64_t day) {
  const std::lock_guard lock(mutex_);
  meet(day);
}

bool SharedLedger::meet(std::int64_t day) {
  if (day_ != day) {
    day_ = day;
    known_ = made_[day];
    figures_.ours = figures_.all = 0;
  } else if (made_[day] == known_ && write_health_.problem().empty()) {
    return true;
  }
  return ask({}).has_value();
}

storage::Result<storage::Reply> SharedLedger::ask(const std::vector<std::string>& decided_by) {
  const auto made = made_[*day_];
  const auto key = day_key(*day_);
  std::vector<std::string> arguments{replicas_.id(), std::to_string(made)};
  arguments.insert(arguments.end(), decided_by.begin(), decided_by.end());
  auto reply = redis_.run(meet_script, {key, keys::quota}, arguments);
  if (reply) known_ = made;
  settle(reply);
  return reply;
}

void SharedLedger::settle(const storage::Result<storage::Reply>& reply) {
  write_health_.note(reply);
  if (reply) {
    figures_.ours = reply->at(0).number(0, max_in_a_day);
    figures_.all = std::max(figures_.ours, reply->at(1).number(0, max_in_a_day));
    const auto quota = reply->at(2).number(0, max_in_a_day);
    figures_.quota = quota > 0 ? std::optional(quota) : std::nullopt;
  }
  publish_figures();
}

bool SharedLedger::count(std::int64_t day, const std::function<bool(const Figures&)>& allowed) {
  const std::lock_guard lock(mutex_);
  for (int round = 0; meet(day) && round < max_rounds; ++round) {
    if (!allowed(figures_)) {
      // The figures may be old: the licence's count may have been corrected since.
      const auto before = figures_;
      if (!ask({})) break;
      if (before.ours == figures_.ours && before.all == figures_.all &&
          before.quota == figures_.quota) {
        return false;
      }
      continue;
    }
    const auto counted = ask({std::to_string(figures_.ours), std::to_string(figures_.all),
                              std::to_string(figures_.quota.value_or(0))});
    if (!counted) break;
    if (counted->at(3).number() == 1) {
      known_ = ++made_[day];
      return true;
    }
  }
  // One request per replica must be left.
  auto figures = assumed();
  const auto others = static_cast<std::int64_t>(replicas_.alive()) - 1;
  figures.ours += others;
  figures.all += others;
  if (!allowed(figures)) return false;
  ++made_[day];
  publish_figures();
  return true;
}

RequestLedger::Figures SharedLedger::assumed() const {
  auto out = figures_;
  const auto untold = day_ ? made_.at(*day_) - known_ : 0;
  const auto of_all = untold * static_cast<std::int64_t>(replicas_.alive());
  out.ours += of_all;
  out.all += of_all;
  return out;
}

void SharedLedger::learn(std::int64_t day, const LicenseInfo& license) {
  take_over(day, license, false);
}

void SharedLedger::correct(std::int64_t day, const LicenseInfo& license) {
  take_over(day, license, true);
}

void SharedLedger::take_over(std::int64_t day, const LicenseInfo& license, bool may_fall) {
  const auto requests = possible(license.day_requests);
  const auto quota = possible(license.day_quota);
  const std::lock_guard lock(mutex_);
  if (day != day_) return;
  const bool news =
      (quota > 0 && quota != figures_.quota) ||
      (requests > 0 && (may_fall ? requests != figures_.all : requests > figures_.all));
  if (!news) return;
  if (!meet(day)) {
    if (quota > 0) figures_.quota = quota;
    if (requests > 0) figures_.all = std::max(requests, may_fall ? figures_.ours : figures_.all);
    return publish_figures();
  }
  const auto key = day_key(day);
  settle(redis_.run(learn_script, {key, keys::quota},
                    {std::to_string(requests), std::to_string(quota), may_fall ? "1" : "0"}));
}

RequestLedger::Figures SharedLedger::figures(std::int64_t day) const {
  const std::lock_guard lock(published_mutex_);
  if (published_day_ == day) return published_;
  return {.quota = published_.quota};
}

void SharedLedger::publish_figures() {
  const auto figures = assumed();
  const std::lock_guard lock(published_mutex_);
  published_day_ = day_;
  published_ = figures;
}

}  // namespace kaspersky
