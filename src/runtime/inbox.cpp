#include "runtime/inbox.hpp"

#include <algorithm>
#include <optional>
#include <tuple>

#include "telemetry/thread_failure.hpp"
#include "text/digest.hpp"

namespace runtime {
namespace {

/// All tags have one connection number, because there is no connection that can break.
constexpr std::uint64_t connection = 1;
constexpr std::chrono::minutes tidy_interval{1};
/// Interval of checks while a message waits for memory.
constexpr std::chrono::milliseconds look_for_memory_each{100};
/// Maximum number of digests of settled messages, also in memory while they cannot be written.
constexpr std::int64_t max_remembered = 100'000;
/// Maximum number of digests of rejected messages whose parts could not be removed; at the next
/// start all are removed.
constexpr std::size_t max_unwanted = 1'000;
/// Another worker may have posted the same message with success meanwhile.
constexpr const char* drop_parts_of_rejected =
    "DELETE FROM inbox_parts WHERE digest = ? AND digest NOT IN (SELECT digest FROM inbox WHERE "
    "body IS NOT NULL)";

std::int64_t unix_seconds() {
  return std::chrono::duration_cast<std::chrono::seconds>(
             std::chrono::system_clock::now().time_since_epoch())
      .count();
}

}  // namespace

Inbox::Inbox(InboxOptions options, storage::Database& store, telemetry::Log log)
    : options_(std::move(options)), store_(store), log_(std::move(log)) {}

Inbox::~Inbox() { stop(); }

std::int64_t Inbox::left_in(storage::Database& store) {
  const auto rows = store.run("SELECT count(*) FROM inbox WHERE body IS NOT NULL");
  return rows ? storage::number((*rows)[0][0]) : 0;
}

void Inbox::start(std::function<void(net::Delivery)> deliver) {
  deliver_ = std::move(deliver);
  load();
  {
    const std::lock_guard lock(mutex_);
    open_ = true;
  }
  thread_ = os::Thread(
      {.name = "inbox", .failed = telemetry::report_to(log_, "handing on accepted messages")},
      [this](const std::stop_token& stop) { run(stop); });
}

void Inbox::load() {
  // Removes pieces of messages that were never accepted completely.
  std::ignore = store_.run(
      "DELETE FROM inbox_parts WHERE digest NOT IN (SELECT digest FROM inbox WHERE body IS NOT "
      "NULL)");
  auto rows = store_.run(
      "SELECT digest, length(CAST(body AS BLOB)) + (SELECT coalesce(sum(length(CAST(bytes AS "
      "BLOB))), 0) FROM "
      "inbox_parts WHERE inbox_parts.digest = inbox.digest), cut FROM inbox WHERE body IS NOT NULL "
      "ORDER BY id");
  if (!rows) return report(rows.error(), "Cannot read the messages accepted earlier");
  for (const auto& row : *rows) {
    hold({.digest = storage::text(row[0]),
          .size = static_cast<std::size_t>(storage::number(row[1])),
          .cut = storage::number(row[2]) != 0,
          .redelivered = true});
  }
  if (!rows->empty()) {
    log_.info("Continuing with messages accepted earlier", {{"messages", rows->size()}});
  }
}

opencti::Intake Inbox::take(const std::string& body, bool cut) {
  {
    const std::lock_guard lock(mutex_);
    const bool room = held_.empty() ||
                      (held_.size() < options_.messages && bytes_ + body.size() <= options_.bytes);
    if (!open_ || !room) return opencti::Intake::not_now;
  }
  Held held{.digest = text::hex(text::sha256(body)), .size = body.size(), .cut = cut};
  const auto added = write_down_alone(held, body);
  if (!added) {
    report(added.error(), "Cannot store a message, leaving it to the platform");
    return opencti::Intake::not_now;
  }
  if (!*added) {
    log_.debug("A message was posted twice");
    return opencti::Intake::accepted;
  }
  hold(std::move(held));
  return opencti::Intake::accepted;
}

/// No other call writes or removes parts meanwhile.
storage::Result<bool> Inbox::write_down_alone(const Held& held, const std::string& body) {
  // A short message has none.
  if (body.size() <= options_.piece) return write_down(held, body);
  const std::lock_guard one_at_a_time(parts_mutex_);
  {
    const std::lock_guard lock(mutex_);
    unwanted_.erase(held.digest);
  }
  return write_down(held, body);
}

storage::Result<bool> Inbox::write_down(const Held& held, const std::string& body) {
  const auto& digest = held.digest;
  const bool whole = body.size() <= options_.piece;
  if (!whole) {
    const auto known = store_.run("SELECT 1 FROM inbox WHERE digest = ?", {digest});
    if (!known) return tl::unexpected(known.error());
    if (!known->empty()) return false;
    std::int64_t number = 0;
    for (std::size_t at = 0; at < body.size(); at += options_.piece) {
      const auto done = store_.run("INSERT OR REPLACE INTO inbox_parts VALUES (?, ?, ?)",
                                   {digest, number++, body.substr(at, options_.piece)});
      if (done) continue;
      drop_parts(digest);
      return tl::unexpected(done.error());
    }
  }
  // A message with an empty body here is stored in pieces.
  const auto added = store_.run(
      "INSERT INTO inbox (digest, body, cut) VALUES (?, ?, ?) ON CONFLICT (digest) DO NOTHING "
      "RETURNING id",
      {digest, whole ? body : std::string(), std::int64_t{held.cut ? 1 : 0}});
  if (!added) {
    if (!whole) drop_parts(digest);
    return tl::unexpected(added.error());
  }
  return !added->empty();
}

void Inbox::drop_parts(const std::string& digest) {
  if (store_.run(drop_parts_of_rejected, {digest})) return;
  const std::lock_guard lock(mutex_);
  if (unwanted_.size() < max_unwanted) unwanted_.insert(digest);
}

storage::Result<std::string> Inbox::read(const std::string& digest, std::size_t size) {
  auto rows = store_.run("SELECT body FROM inbox WHERE digest = ?", {digest});
  if (!rows) return tl::unexpected(rows.error());
  std::string body = rows->empty() ? std::string() : storage::text((*rows)[0][0]);
  if (body.size() == size) return body;
  body.reserve(size);
  for (std::int64_t number = 0; body.size() < size; ++number) {
    rows =
        store_.run("SELECT bytes FROM inbox_parts WHERE digest = ? AND part = ?", {digest, number});
    if (!rows) return tl::unexpected(rows.error());
    if (rows->empty()) return tl::unexpected(storage::Error{"a part of a message is missing"});
    body += storage::text((*rows)[0][0]);
  }
  return body;
}

void Inbox::hold(Held held) {
  held.not_before = Clock::now();
  const std::lock_guard lock(mutex_);
  problem_.clear();
  bytes_ += held.size;
  held_.emplace(++numbers_, std::move(held));
  waiting_.push_back(numbers_);
  changed_.notify_all();
}

void Inbox::stop_taking() {
  const std::lock_guard lock(mutex_);
  open_ = false;
}

void Inbox::stop_handing_on() {
  const std::lock_guard lock(mutex_);
  hands_on_ = false;
}

bool Inbox::drain(const net::Deadline& deadline) {
  std::unique_lock lock(mutex_);
  return changed_.wait_until(lock, deadline.stop(), deadline.at(), [&] {
    const auto now = Clock::now();
    return std::all_of(held_.begin(), held_.end(), [&](const auto& entry) {
      const auto& held = entry.second;
      return held.automatic && !held.under_way && now < held_back_until_;
    });
  });
}

std::size_t Inbox::stop() {
  stop_taking();
  stop_handing_on();
  thread_ = {};
  const std::lock_guard lock(mutex_);
  return held_.size();
}

void Inbox::acknowledge(net::DeliveryTag tag) {
  const std::lock_guard lock(mutex_);
  const auto found = held_.find(tag.number);
  if (found == held_.end() || !found->second.under_way) return;
  bytes_ -= found->second.size;
  settled_.push_back(std::move(found->second.digest));
  held_.erase(found);
  --under_way_;
  changed_.notify_all();
}

void Inbox::reject(net::DeliveryTag tag) { acknowledge(tag); }

void Inbox::give_back(net::DeliveryTag tag, std::chrono::milliseconds after) {
  const std::lock_guard lock(mutex_);
  const auto found = held_.find(tag.number);
  if (found == held_.end() || !found->second.under_way) return;
  found->second.under_way = false;
  found->second.memory.reset();
  found->second.redelivered = true;
  found->second.not_before = Clock::now() + after;
  waiting_.push_back(tag.number);
  --under_way_;
  changed_.notify_all();
}

void Inbox::defer(net::DeliveryTag tag) {
  {
    const std::lock_guard lock(mutex_);
    const auto found = held_.find(tag.number);
    if (found != held_.end()) found->second.automatic = true;
  }
  give_back(tag);
}

void Inbox::hold_back(std::chrono::system_clock::time_point until) {
  const std::lock_guard lock(mutex_);
  held_back_until_ = steady_time_of(until);
  changed_.notify_all();
}

net::DeliveryState Inbox::delivery_state(net::DeliveryTag tag) const {
  const std::lock_guard lock(mutex_);
  const auto found = held_.find(tag.number);
  const bool ours = found != held_.end() && found->second.under_way;
  return ours ? net::DeliveryState::held : net::DeliveryState::requeued;
}

void Inbox::run(const std::stop_token& stop) {
  std::unique_lock lock(mutex_);
  while (true) {
    const bool stopping = stop.stop_requested();
    if (!settled_.empty() && (stopping || Clock::now() >= write_at_)) {
      auto digests = std::exchange(settled_, {});
      lock.unlock();
      const bool written = write_settled(digests);
      lock.lock();
      if (!written) keep_settled(std::move(digests));
      if (written || !stopping) continue;
    }
    if (stopping) return;
    if (!problem_.empty() && Clock::now() >= probe_at_) {
      lock.unlock();
      const bool works = probe();
      lock.lock();
      if (works) problem_.clear();
      continue;
    }
    if (const auto number = next()) {
      hand_on(*number, lock);
      continue;
    }
    const auto until = wake_at();
    changed_.wait_until(lock, stop, until, [&] { return next().has_value() || wake_at() < until; });
  }
}

void Inbox::hand_on(std::uint64_t number, std::unique_lock<std::mutex>& lock) {
  auto& held = held_.at(number);
  if (options_.memory != nullptr && !held.memory) {
    auto lease = options_.memory->try_take(options_.cost(held.size));
    if (!lease) {
      held.not_before = Clock::now() + look_for_memory_each;
      return;
    }
    held.memory = std::make_shared<net::MemoryBudget::Lease>(std::move(*lease));
  }
  std::erase(waiting_, number);
  held.under_way = true;
  ++under_way_;
  const net::DeliveryTag tag{connection, number};
  const auto digest = held.digest;
  const auto size = held.size;
  const bool redelivered = held.redelivered;
  const bool cut = held.cut;
  const auto memory = held.memory;
  lock.unlock();
  try {
    auto body = read(digest, size);
    if (body) {
      deliver_({tag, std::move(*body), redelivered, memory, cut});
    } else {
      report(body.error(), "Cannot read an accepted message, retrying");
      give_back(tag);
    }
  } catch (const std::exception& thrown) {
    give_back(tag);
    log_.error("A message could not be accepted, retrying later", {{"reason", thrown.what()}});
  }
  lock.lock();
}

std::optional<std::uint64_t> Inbox::next() const {
  if (!hands_on_ || under_way_ >= options_.under_way) return std::nullopt;
  const auto now = Clock::now();
  const auto ready = std::find_if(waiting_.begin(), waiting_.end(), [&](std::uint64_t number) {
    return due(held_.at(number)) <= now;
  });
  if (ready == waiting_.end()) return std::nullopt;
  return *ready;
}

Inbox::Clock::time_point Inbox::wake_at() const {
  const auto write_at = settled_.empty() ? Clock::time_point::max() : write_at_;
  auto at = Clock::now() + tidy_interval;
  if (!problem_.empty()) at = std::min(at, probe_at_);
  if (!hands_on_ || under_way_ >= options_.under_way) return std::min(at, write_at);
  for (const auto number : waiting_) at = std::min(at, due(held_.at(number)));
  return std::min(at, write_at);
}

Inbox::Clock::time_point Inbox::due(const Held& held) const {
  return held.automatic ? std::max(held.not_before, held_back_until_) : held.not_before;
}

bool Inbox::write_settled(const std::vector<std::string>& digests) {
  const auto now = unix_seconds();
  const bool tidy = Clock::now() - tidied_ > tidy_interval;
  const auto written = store_.transact([&](const storage::Database::Run& run) {
    for (const auto& digest : digests) {
      if (!run("UPDATE inbox SET body = NULL, settled = ? WHERE digest = ?", {now, digest}) ||
          !run("DELETE FROM inbox_parts WHERE digest = ?", {digest})) {
        return false;
      }
    }
    return !tidy || run("DELETE FROM inbox WHERE settled IS NOT NULL AND (settled < ? OR "
                        "id < (SELECT max(id) FROM inbox) - ?)",
                        {now - options_.remembered.count(), max_remembered});
  });
  if (tidy) tidied_ = Clock::now();
  if (written) {
    const std::lock_guard lock(mutex_);
    problem_.clear();
  } else {
    report(written.error(),
           "Cannot record completed messages, retrying; they would be processed again after a "
           "restart");
  }
  return written.has_value();
}

bool Inbox::probe() {
  {
    const std::lock_guard one_at_a_time(parts_mutex_);
    std::set<std::string> unwanted;
    {
      const std::lock_guard lock(mutex_);
      unwanted = std::exchange(unwanted_, {});
    }
    // First, because that makes room.
    for (const auto& digest : unwanted) drop_parts(digest);
  }
  const auto written = store_.transact([](const storage::Database::Run& run) {
    return run("INSERT INTO inbox (digest, settled) VALUES ('', 0)", {}) &&
           run("DELETE FROM inbox WHERE digest = ''", {});
  });
  if (!written) report(written.error(), "Messages still cannot be stored");
  return written.has_value();
}

Inbox::Waiting Inbox::waiting() const {
  const std::lock_guard lock(mutex_);
  Waiting out;
  if (Clock::now() < held_back_until_) {
    out.held_back = static_cast<std::size_t>(
        std::count_if(waiting_.begin(), waiting_.end(),
                      [&](std::uint64_t number) { return held_.at(number).automatic; }));
  }
  out.next = waiting_.size() - out.held_back;
  return out;
}

std::string Inbox::problem() const {
  const std::lock_guard lock(mutex_);
  return problem_;
}

void Inbox::keep_settled(std::vector<std::string> digests) {
  write_at_ = Clock::now() + options_.write_again_after;
  settled_.insert(settled_.begin(), std::make_move_iterator(digests.begin()),
                  std::make_move_iterator(digests.end()));
  if (settled_.size() > max_remembered) {
    settled_.erase(settled_.begin(), settled_.end() - max_remembered);
  }
}

void Inbox::report(const storage::Error& error, std::string_view what) {
  bool first = false;
  {
    const std::lock_guard lock(mutex_);
    first = problem_.empty();
    problem_ = error.message;
    probe_at_ = Clock::now() + options_.write_again_after;
    changed_.notify_all();
  }
  log_.line(first ? telemetry::Level::error : telemetry::Level::debug, what,
            {{"reason", error.message}});
}

}  // namespace runtime
