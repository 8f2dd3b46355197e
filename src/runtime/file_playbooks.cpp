#include "runtime/file_playbooks.hpp"

#include <fmt/format.h>

#include <tuple>

namespace runtime {
namespace {

constexpr const char* not_written = "Cannot record the answer to a playbook";

}  // namespace

std::string PlaybookLedger::key_of(const opencti::PlaybookStep& step, const std::string& digest) {
  return fmt::format("{} {} {}", step.execution_id, step.step_id, digest);
}

storage::Result<std::optional<PlaybookLedger::Entry>> FilePlaybooks::find(const std::string& key) {
  const auto rows =
      store_.run("SELECT answered, changed FROM playbook_answers WHERE step = ?", {key});
  if (!rows) {
    report(rows.error(), "Cannot check whether a playbook was answered");
    return std::optional<Entry>();
  }
  if (rows->empty()) return std::optional<Entry>();
  const auto& row = rows->front();
  Entry entry{.answered = storage::number(row.at(0)) != 0, .changed = std::nullopt};
  if (std::holds_alternative<std::string>(row.at(1))) entry.changed = storage::text(row.at(1));
  return std::optional(std::move(entry));
}

storage::Result<PlaybookLedger::Entry> FilePlaybooks::begin(
    const std::string& key, const std::optional<std::string>& changed) {
  Entry entry{.answered = false, .changed = changed};
  const auto value = entry.changed ? storage::Value(*entry.changed) : storage::Value();
  const auto added = store_.run(
      "INSERT INTO playbook_answers VALUES (?, 0, ?) ON CONFLICT (step) DO NOTHING RETURNING step",
      {key, value});
  if (!added) {
    report(added.error(), not_written);
    return entry;
  }
  if (added->empty()) return find(key)->value_or(std::move(entry));
  // Each step gets a higher rowid, so these are the oldest rows.
  std::ignore = store_.run(
      "DELETE FROM playbook_answers WHERE rowid <= (SELECT max(rowid) FROM playbook_answers) - "
      "10000");
  return entry;
}

void FilePlaybooks::refused(const std::string& key) {
  const auto done = store_.run("UPDATE playbook_answers SET changed = NULL WHERE step = ?", {key});
  if (!done) report(done.error(), not_written);
}

void FilePlaybooks::answered(const std::string& key) {
  const auto done =
      store_.run("UPDATE playbook_answers SET answered = 1, changed = NULL WHERE step = ?", {key});
  if (!done) report(done.error(), not_written);
}

void FilePlaybooks::report(const storage::Error& error, const char* what) {
  log_.warning(what, {{"reason", error.message}});
}

}  // namespace runtime
