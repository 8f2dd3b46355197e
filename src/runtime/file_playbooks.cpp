#include "runtime/file_playbooks.hpp"

#include <fmt/format.h>

#include <tuple>

namespace runtime {
namespace {

constexpr const char* not_written = "Cannot record the answer to a playbook";
constexpr std::size_t max_kept = 10'000;
constexpr std::size_t max_bytes_in_memory = std::size_t{8} << 20U;

std::size_t size_of(const std::optional<std::string>& content) {
  return content ? content->size() : 0;
}

}  // namespace

std::string PlaybookLedger::key_of(const opencti::PlaybookStep& step, const std::string& digest) {
  return fmt::format("{} {} {}", step.execution_id, step.step_id, digest);
}

storage::Result<std::optional<PlaybookLedger::Entry>> FilePlaybooks::find(const std::string& key) {
  if (auto entry = kept(key)) return entry;
  const auto rows =
      store_.run("SELECT answered, changed FROM playbook_answers WHERE step = ?", {key});
  if (!rows) {
    report(rows.error(), "Cannot check whether a playbook was answered");
    return std::optional<Entry>();
  }
  if (rows->empty()) return std::optional<Entry>();
  const auto& row = rows->front();
  Entry entry{
      .answered = storage::number(row.at(0)) != 0, .earlier = true, .changed = std::nullopt};
  if (std::holds_alternative<std::string>(row.at(1))) entry.changed = storage::text(row.at(1));
  return std::optional(std::move(entry));
}

storage::Result<PlaybookLedger::Entry> FilePlaybooks::begin(
    const std::string& key, const std::optional<std::string>& changed, std::size_t /*bundle*/) {
  if (auto earlier = kept(key)) return *std::move(earlier);
  if (is_unrecorded(key)) {
    if (auto recorded = rejected(key); !recorded) {
      return tl::unexpected(std::move(recorded.error()));
    }
  }
  Entry entry{.answered = false, .changed = changed};
  const auto value = entry.changed ? storage::Value(*entry.changed) : storage::Value();
  const auto added = store_.run(
      "INSERT INTO playbook_answers VALUES (?, 0, ?) ON CONFLICT (step) DO NOTHING RETURNING step",
      {key, value});
  if (!added) {
    report(added.error(), not_written);
    return keep(key, entry);
  }
  if (added->empty()) return find(key)->value_or(std::move(entry));
  // Each step gets a higher rowid, so these are the oldest rows.
  std::ignore = store_.run(
      "DELETE FROM playbook_answers WHERE rowid <= (SELECT max(rowid) FROM playbook_answers) - "
      "10000");
  return entry;
}

storage::Result<void> FilePlaybooks::rejected(const std::string& key) {
  if (drop_content(key, false)) return {};
  const auto done = store_.run("UPDATE playbook_answers SET changed = NULL WHERE step = ?", {key});
  if (!done) report(done.error(), not_written);
  const std::lock_guard lock(mutex_);
  if (done) {
    rejected_.erase(key);
    return {};
  }
  if (rejected_.size() < max_kept) rejected_.insert(key);
  return tl::unexpected(done.error());
}

bool FilePlaybooks::is_unrecorded(const std::string& key) {
  const std::lock_guard lock(mutex_);
  return rejected_.contains(key);
}

void FilePlaybooks::answered(const std::string& key) {
  const auto done =
      store_.run("UPDATE playbook_answers SET answered = 1, changed = NULL WHERE step = ?", {key});
  if (drop_content(key, true) || done) return;
  report(done.error(), not_written);
  std::ignore = keep(key, {.answered = true, .changed = std::nullopt});
}

PlaybookLedger::Entry FilePlaybooks::keep(const std::string& key, const Entry& entry) {
  const std::lock_guard lock(mutex_);
  const auto size = size_of(entry.changed);
  if (kept_.size() >= max_kept || kept_bytes_ + size > max_bytes_in_memory) return entry;
  const auto [at, is_new] = kept_.try_emplace(key, entry);
  if (is_new) {
    kept_bytes_ += size;
    at->second.earlier = true;
    return entry;
  }
  return at->second;
}

std::optional<PlaybookLedger::Entry> FilePlaybooks::kept(const std::string& key) {
  const std::lock_guard lock(mutex_);
  const auto found = kept_.find(key);
  return found == kept_.end() ? std::nullopt : std::optional(found->second);
}

bool FilePlaybooks::drop_content(const std::string& key, bool answered) {
  const std::lock_guard lock(mutex_);
  const auto found = kept_.find(key);
  if (found == kept_.end()) return false;
  kept_bytes_ -= size_of(found->second.changed);
  found->second.changed.reset();
  found->second.answered = answered;
  return true;
}

void FilePlaybooks::report(const storage::Error& error, const char* what) {
  log_.warning(what, {{"reason", error.message}});
}

}  // namespace runtime
