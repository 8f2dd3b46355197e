#include "storage/replicas.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <limits>
#include <random>

#include "storage/shared_keys.hpp"
#include "telemetry/thread_failure.hpp"

namespace storage {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;
using std::chrono::system_clock;

constexpr std::int64_t none = std::numeric_limits<std::int64_t>::max();
/// More entries cannot be replicas of this connector.
constexpr std::size_t max_replicas = 256;
constexpr std::size_t longest_name = 128;
/// Of replicas and notes. In bytes.
constexpr std::size_t longest_reply = std::size_t{256} * 1024;

// KEYS: alive (ids by the end of their lease), about, oldest, notes. ARGV: id, lease, about,
// oldest, and for each note its subject, number, text and time to live.
// -> now, {id, about, oldest, ...}, {subject, sender, number, left, text, ...}
constexpr Script beat_script{R"(
local t = redis.call('TIME')
local now = t[1] * 1000 + math.floor(t[2] / 1000)
local id = ARGV[1]
redis.call('ZADD', KEYS[1], now + ARGV[2], id)
redis.call('HSET', KEYS[2], id, ARGV[3])
if ARGV[4] == '' then redis.call('HDEL', KEYS[3], id) else redis.call('HSET', KEYS[3], id, ARGV[4]) end
for _, dead in ipairs(redis.call('ZRANGEBYSCORE', KEYS[1], '-inf', now, 'LIMIT', 0, 100)) do
  redis.call('ZREM', KEYS[1], dead)
  redis.call('HDEL', KEYS[2], dead)
  redis.call('HDEL', KEYS[3], dead)
end
for i = 5, #ARGV, 4 do
  redis.call('HSET', KEYS[4], ARGV[i], cjson.encode({id, ARGV[i + 1], now + ARGV[i + 3], ARGV[i + 2]}))
end
for _, key in ipairs(KEYS) do redis.call('PEXPIRE', key, 86400000) end
local who = {}
for _, other in ipairs(redis.call('ZRANGE', KEYS[1], 0, 255)) do
  if other ~= id then
    who[#who + 1] = other
    who[#who + 1] = redis.call('HGET', KEYS[2], other) or ''
    who[#who + 1] = redis.call('HGET', KEYS[3], other) or ''
  end
end
local notes = {}
local all = redis.call('HGETALL', KEYS[4])
for i = 1, #all, 2 do
  local ok, note = pcall(cjson.decode, all[i + 1])
  if not ok or type(note) ~= 'table' or tonumber(note[3]) == nil or tonumber(note[3]) <= now then
    redis.call('HDEL', KEYS[4], all[i])
  elseif note[1] ~= id then
    notes[#notes + 1] = all[i]
    notes[#notes + 1] = tostring(note[1])
    notes[#notes + 1] = tostring(note[2])
    notes[#notes + 1] = string.format('%.0f', tonumber(note[3]) - now)
    notes[#notes + 1] = tostring(note[4])
  end
end
return {string.format('%.0f', now), who, notes}
)"};

// KEYS: alive, about, oldest. ARGV: id.
constexpr Script leave_script{R"(
redis.call('ZREM', KEYS[1], ARGV[1])
redis.call('HDEL', KEYS[2], ARGV[1])
redis.call('HDEL', KEYS[3], ARGV[1])
return 1
)"};

std::int64_t since_epoch() {
  return std::chrono::duration_cast<milliseconds>(system_clock::now().time_since_epoch()).count();
}

/// `1764500000000 name`
Replica read_about(const std::string& about) {
  constexpr std::int64_t latest = 9'000'000'000'000;
  const auto space = about.find(' ');
  Reply started{about.substr(0, space)};
  Replica out{.name = space == std::string::npos ? "" : about.substr(space + 1, longest_name),
              .started = system_clock::time_point(milliseconds(started.number(0, latest)))};
  std::replace_if(
      out.name.begin(), out.name.end(), [](unsigned char c) { return c < ' ' || c > '~'; }, '?');
  return out;
}

}  // namespace

std::string unique_id() {
  std::random_device random;
  return fmt::format("{:08x}{:08x}{:08x}{:08x}", random(), random(), random(), random());
}

Replicas::Replicas(ReplicasOptions options, Redis& redis, telemetry::Log log)
    : options_(std::move(options)),
      redis_(redis),
      log_(std::move(log)),
      id_(unique_id()),
      about_(fmt::format("{} {}", since_epoch(), options_.name)),
      oldest_of_others_(none) {
  if (options_.guest) return;
  thread_ =
      os::Thread({.name = "replicas",
                  .failed = telemetry::report_to(log_, "exchanging notes with other replicas")},
                 [this](const std::stop_token& stop) { run(stop); });
}

Replicas::~Replicas() {
  if (options_.guest) return;
  thread_.request_stop();
  if (thread_.joinable()) thread_.join();
  leave();
}

std::vector<Replica> Replicas::others() const {
  std::vector<Replica> out;
  {
    const std::lock_guard lock(mutex_);
    for (const auto& [id, replica] : others_) out.push_back(replica);
  }
  std::sort(out.begin(), out.end(),
            [](const auto& a, const auto& b) { return a.started < b.started; });
  return out;
}

std::size_t Replicas::alive() const {
  const std::lock_guard lock(mutex_);
  return others_.size() + 1;
}

void Replicas::publish(std::string_view subject, std::string text, milliseconds lasts) {
  const std::lock_guard lock(mutex_);
  published_.insert_or_assign(
      std::string(subject),
      Published{.text = std::move(text), .until = steady_clock::now() + lasts});
  hurry_ = true;
  changed_.notify_all();
}

void Replicas::subscribe(std::string_view subject, std::function<void(const Note&)> received) {
  const std::lock_guard lock(calling_);
  subscribers_.insert_or_assign(std::string(subject), std::move(received));
}

void Replicas::unsubscribe(std::string_view subject) {
  const std::lock_guard lock(calling_);
  if (const auto at = subscribers_.find(subject); at != subscribers_.end()) subscribers_.erase(at);
}

void Replicas::poll(std::string_view subject, std::function<void()> look) {
  const std::lock_guard lock(calling_);
  looks_.insert_or_assign(std::string(subject), std::move(look));
}

void Replicas::stop_polling(std::string_view subject) {
  const std::lock_guard lock(calling_);
  if (const auto at = looks_.find(subject); at != looks_.end()) looks_.erase(at);
}

void Replicas::set_oldest(std::optional<std::int64_t> made) {
  const std::lock_guard lock(mutex_);
  // With a work in hand, an extra beat also reads which works the others have taken since the last
  // beat.
  if (oldest_ == made && !made) return;
  oldest_ = made;
  hurry_ = true;
  changed_.notify_all();
}

std::int64_t Replicas::oldest_of_others() const {
  const std::lock_guard lock(mutex_);
  return oldest_of_others_;
}

void Replicas::wait_for_others(bool waiting) {
  const std::lock_guard lock(mutex_);
  if (waiting_ == waiting) return;
  waiting_ = waiting;
  changed_.notify_all();
}

void Replicas::on_others_moved(std::function<void()> moved) {
  const std::lock_guard lock(calling_);
  moved_ = std::move(moved);
}

void Replicas::run(const std::stop_token& stop) {
  while (!stop.stop_requested()) {
    heartbeat();
    std::unique_lock lock(mutex_);
    // The minimum interval between beats, even if there is much to publish.
    constexpr milliseconds shortest{5};
    changed_.wait_for(lock, stop, shortest, [] { return false; });
    const auto begun = steady_clock::now();
    while (!hurry_ && !stop.stop_requested()) {
      const auto next = begun + (waiting_ ? options_.quick_heartbeat : options_.heartbeat);
      const bool waited = waiting_;
      if (steady_clock::now() >= next) break;
      changed_.wait_until(lock, stop, next, [&] { return hurry_ || waiting_ != waited; });
    }
  }
}

void Replicas::heartbeat() {
  std::vector<std::string> arguments{id_, std::to_string(options_.lease.count()), about_};
  std::vector<std::string> sending;
  {
    const std::lock_guard lock(mutex_);
    hurry_ = false;
    arguments.push_back(oldest_ ? std::to_string(*oldest_) : "");
    const auto now = steady_clock::now();
    std::erase_if(published_, [&](const auto& note) { return note.second.until <= now; });
    for (auto& [subject, note] : published_) {
      if (note.sent) continue;
      const auto left = std::chrono::ceil<milliseconds>(note.until - now);
      note.sent = true;
      sending.push_back(subject);
      arguments.insert(arguments.end(),
                       {subject, unique_id(), note.text, std::to_string(left.count())});
    }
  }
  const auto reply = redis_.run(beat_script, {keys::alive, keys::about, keys::oldest, keys::notes},
                                arguments, longest_reply);
  if (reply) {
    learn(*reply);
  } else {
    const std::lock_guard lock(mutex_);
    oldest_of_others_ = none;
    for (const auto& subject : sending) {
      if (const auto note = published_.find(subject); note != published_.end())
        note->second.sent = false;
    }
  }
  call_others(reply.has_value());
}

void Replicas::call_others(bool reached) {
  constexpr std::chrono::seconds between_looks{2};
  const std::lock_guard lock(calling_);
  if (moved_) moved_();
  const auto now = steady_clock::now();
  // Once the server is back, run the callbacks at once: the server may lack data.
  if (!reached) looked_ = {};
  if (!reached || now - looked_ < between_looks) return;
  looked_ = now;
  for (const auto& [subject, look] : looks_) look();
}

void Replicas::learn(const Reply& reply) {
  const auto& who = reply.at(1).list();
  std::vector<std::string> came, left;
  {
    const std::lock_guard lock(mutex_);
    std::map<std::string, Replica> others;
    oldest_of_others_ = none;
    for (std::size_t i = 0; i + 2 < who.size() && others.size() < max_replicas; i += 3) {
      others.emplace(who[i].text(), read_about(who[i + 1].text()));
      if (!who[i + 2].text().empty()) {
        oldest_of_others_ = std::min(oldest_of_others_, who[i + 2].number());
      }
    }
    for (const auto& [id, replica] : others) {
      if (!others_.contains(id)) came.push_back(replica.name);
    }
    for (const auto& [id, replica] : others_) {
      if (!others.contains(id)) left.push_back(replica.name);
    }
    others_ = std::move(others);
  }
  for (const auto& name : came) log_.info("Replica joined", {{"replica", name}});
  for (const auto& name : left) log_.info("Replica left", {{"replica", name}});
  deliver(reply.at(2).list());
}

void Replicas::deliver(const Reply::List& notes) {
  constexpr std::int64_t day = 24 * 3600 * std::int64_t{1000};
  constexpr std::size_t parts = 5;
  const std::lock_guard lock(calling_);
  for (std::size_t i = 0; i + parts <= notes.size(); i += parts) {
    const auto subject = notes[i].text();
    const auto subscriber = subscribers_.find(subject);
    if (subscriber == subscribers_.end()) continue;
    auto& last = received_[subject];
    if (last == notes[i + 2].text()) continue;
    last = notes[i + 2].text();
    subscriber->second(
        {.text = notes[i + 4].text(), .left = milliseconds(notes[i + 3].number(0, day))});
  }
}

void Replicas::leave() {
  static_cast<void>(redis_.run(leave_script, {keys::alive, keys::about, keys::oldest}, {id_}));
}

}  // namespace storage
