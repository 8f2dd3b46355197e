#include "runtime/shared_playbooks.hpp"

#include <utility>

#include "opencti/out/playbook_reply.hpp"
#include "storage/shared_keys.hpp"
#include "text/digest.hpp"

namespace runtime {
namespace {

using storage::Script;

// A hash: `answered` (0 or 1), and `changed` if the content is a changed bundle.
// KEYS: step. -> {answered}, or nothing.
constexpr Script find_script{R"(
local step = redis.call('HMGET', KEYS[1], 'answered')
if not step[1] then return false end
return step
)"};

// KEYS: step. ARGV: whether it is changed, the change, its name. -> the earlier entry, or nothing.
constexpr Script begin_step_script{R"(
local step = redis.call('HMGET', KEYS[1], 'answered', 'changed')
if step[1] then return step end
redis.call('HSET', KEYS[1], 'answered', '0', 'step', ARGV[3])
if ARGV[1] == '1' then redis.call('HSET', KEYS[1], 'changed', ARGV[2]) end
redis.call('EXPIRE', KEYS[1], 604800)
return false
)"};

// KEYS: step. ARGV: answered.
constexpr Script drop_content_script{R"(
redis.call('HDEL', KEYS[1], 'changed')
redis.call('HSET', KEYS[1], 'answered', ARGV[1])
return redis.call('EXPIRE', KEYS[1], 604800)
)"};

std::string name_of_step(const std::string& key) {
  return storage::keys::named(storage::keys::step, text::hex(text::sha256(key)));
}

PlaybookLedger::Entry entry_of(const storage::Reply& reply) {
  return {.answered = reply.at(0).number() != 0,
          .earlier = true,
          .changed = reply.at(1).optional_text()};
}

}  // namespace

SharedPlaybooks::SharedPlaybooks(storage::Shared shared, telemetry::Log log)
    : redis_(shared.redis), write_health_("playbook steps are answered later", std::move(log)) {}

storage::Result<std::optional<PlaybookLedger::Entry>> SharedPlaybooks::find(
    const std::string& key) {
  if (const auto state = unrecorded(key)) {
    static_cast<void>(drop_content(key, *state));
    return std::optional(Entry{.answered = *state, .earlier = true});
  }
  const auto step = name_of_step(key);
  const auto found = redis_.run(find_script, {step}, {});
  if (!found) return tl::unexpected(found.error());
  if (found->list().empty()) return std::optional<Entry>();
  return std::optional(entry_of(*found));
}

storage::Result<PlaybookLedger::Entry> SharedPlaybooks::begin(
    const std::string& key, const std::optional<std::string>& changed, std::size_t bundle) {
  if (const auto state = unrecorded(key)) {
    if (auto recorded = drop_content(key, *state); !recorded) {
      return tl::unexpected(std::move(recorded.error()));
    }
  }
  const auto step = name_of_step(key);
  const auto earlier =
      redis_.run(begin_step_script, {step}, {changed ? "1" : "0", changed.value_or(""), key},
                 bundle + opencti::largest_growth + (changed ? changed->size() : 0));
  write_health_.note(earlier);
  if (!earlier) return tl::unexpected(earlier.error());
  return earlier->list().empty() ? Entry{.answered = false, .changed = changed}
                                 : entry_of(*earlier);
}

storage::Result<void> SharedPlaybooks::rejected(const std::string& key) {
  return drop_content(key, false);
}

void SharedPlaybooks::answered(const std::string& key) {
  static_cast<void>(drop_content(key, true));
}

std::optional<bool> SharedPlaybooks::unrecorded(const std::string& key) const {
  const std::lock_guard lock(mutex_);
  const auto found = unrecorded_.find(key);
  return found == unrecorded_.end() ? std::nullopt : std::optional(found->second);
}

storage::Result<void> SharedPlaybooks::drop_content(const std::string& key, bool answered) {
  constexpr std::size_t most = 10'000;
  const auto step = name_of_step(key);
  const auto done = redis_.run(drop_content_script, {step}, {answered ? "1" : "0"});
  write_health_.note(done);
  const std::lock_guard lock(mutex_);
  if (done) {
    unrecorded_.erase(key);
    return {};
  }
  if (unrecorded_.size() < most || unrecorded_.contains(key)) unrecorded_[key] = answered;
  return tl::unexpected(done.error());
}

}  // namespace runtime
