#include "runtime/shared_playbooks.hpp"

#include <utility>

#include "storage/shared_keys.hpp"
#include "text/digest.hpp"

namespace runtime {
namespace {

using storage::Script;

// A hash: `answered` (0 or 1), and `changed` if the content is a changed bundle.
// KEYS: step. -> {answered, changed}, or nothing.
constexpr Script find_script{R"(
local step = redis.call('HMGET', KEYS[1], 'answered', 'changed')
if not step[1] then return false end
return step
)"};

// KEYS: step. ARGV: whether it is changed, the change, its name. -> the earlier entry, or nothing.
constexpr Script begin_script{R"(
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

std::string name_of(const std::string& key) {
  return storage::keys::named(storage::keys::step, text::hex(text::sha256(key)));
}

PlaybookLedger::Entry entry_of(const storage::Reply& reply) {
  return {.answered = reply.at(0).number() != 0, .changed = reply.at(1).optional_text()};
}

}  // namespace

SharedPlaybooks::SharedPlaybooks(storage::Shared shared, telemetry::Log log)
    : redis_(shared.redis), trouble_("steps of playbooks wait for it", std::move(log)) {}

storage::Result<std::optional<PlaybookLedger::Entry>> SharedPlaybooks::find(
    const std::string& key) {
  const auto answered_alone = [&] {
    const std::lock_guard lock(mutex_);
    return answered_alone_.contains(key);
  };
  if (answered_alone()) {
    static_cast<void>(drop_content(key, true));
    return std::optional(Entry{.answered = true});
  }
  const auto step = name_of(key);
  const auto found = redis_.run(find_script, {step}, {});
  if (!found) return tl::unexpected(found.error());
  if (found->list().empty()) return std::optional<Entry>();
  return std::optional(entry_of(*found));
}

storage::Result<PlaybookLedger::Entry> SharedPlaybooks::begin(
    const std::string& key, const std::optional<std::string>& changed) {
  const auto step = name_of(key);
  const auto earlier =
      redis_.run(begin_script, {step}, {changed ? "1" : "0", changed.value_or(""), key});
  trouble_.note(earlier);
  if (!earlier) return tl::unexpected(earlier.error());
  return earlier->list().empty() ? Entry{.answered = false, .changed = changed}
                                 : entry_of(*earlier);
}

void SharedPlaybooks::refused(const std::string& key) {
  static_cast<void>(drop_content(key, false));
}

void SharedPlaybooks::answered(const std::string& key) {
  constexpr std::size_t most = 10'000;
  if (drop_content(key, true)) return;
  const std::lock_guard lock(mutex_);
  if (answered_alone_.size() < most) answered_alone_.insert(key);
}

bool SharedPlaybooks::drop_content(const std::string& key, bool answered) {
  const auto step = name_of(key);
  const auto done = redis_.run(drop_content_script, {step}, {answered ? "1" : "0"});
  trouble_.note(done);
  return done.has_value();
}

}  // namespace runtime
