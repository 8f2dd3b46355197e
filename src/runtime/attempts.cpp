#include "runtime/attempts.hpp"

#include <fmt/format.h>

#include <tuple>

#include "runtime/digest.hpp"

namespace runtime {
namespace {

constexpr std::string_view died = "the connector ended while it worked on this object";

}  // namespace

std::string Attempts::key_of(const opencti::Message& message, const std::string& body) {
  if (message.playbook && !message.playbook->execution_id.empty()) {
    return fmt::format("step {} {}", message.playbook->execution_id, message.playbook->step_id);
  }
  return sha256(body);
}

Before Attempts::before(const std::string& key, bool redelivered) {
  if (!redelivered) return {};
  const auto rows = store_.run("SELECT begun, reason FROM attempts WHERE key = ?", {key});
  if (!rows) {
    log_.warning("Cannot tell how often a message was begun", {{"reason", rows.error().message}});
    return {};
  }
  if (rows->empty()) return {1, std::string(died)};
  return {static_cast<int>(storage::number(rows->front().at(0))),
          storage::text(rows->front().at(1))};
}

void Attempts::begun(const Job& job) {
  if (job.redelivered) write(job, std::string(died));
}

void Attempts::failed(const Job& job, const std::string& reason) { write(job, reason); }

void Attempts::over(const Job& job) {
  // Of a first delivery nothing was written.
  if (job.redelivered) {
    std::ignore = store_.run("DELETE FROM attempts WHERE key = ?", {job.key});
  }
}

void Attempts::write(const Job& job, const std::string& reason) {
  const std::int64_t count = job.before.attempts + 1;
  auto done =
      store_.run("INSERT OR REPLACE INTO attempts VALUES (?, ?, ?)", {job.key, count, reason});
  // Each write takes a higher number, so these are the oldest.
  if (done) {
    done =
        store_.run("DELETE FROM attempts WHERE rowid <= (SELECT max(rowid) FROM attempts) - 10000");
  }
  if (!done) {
    log_.warning("Cannot count how often a message is begun", {{"reason", done.error().message}});
  }
}

}  // namespace runtime
