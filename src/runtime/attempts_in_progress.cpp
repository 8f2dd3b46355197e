#include "runtime/attempts_in_progress.hpp"

namespace runtime {

void AttemptsInProgress::was_read(const std::string& key, const EarlierAttempts& earlier) {
  {
    const std::shared_lock spared(sparing_);
    if (!find(key)) return attempts_.not_begun(key, earlier);
  }
  // The other delivery must not end between the search and the record.
  const std::unique_lock alone(sparing_);
  const auto other = find(key);
  if (!other) return attempts_.not_begun(key, earlier);
  attempts_.begun(key, other->earlier, other->crash_reason);
}

std::optional<AttemptsInProgress::InProgress> AttemptsInProgress::find(const std::string& key) {
  const std::lock_guard lock(mutex_);
  const auto found = in_progress_.find(key);
  if (found == in_progress_.end()) return std::nullopt;
  return found->second;
}

void AttemptsInProgress::begun(const Job& job, std::string_view crash_reason) {
  const std::shared_lock spared(sparing_);
  {
    const std::lock_guard lock(mutex_);
    in_progress_.emplace(job.key, InProgress{job.earlier, std::string(crash_reason)});
  }
  attempts_.begun(job.key, job.earlier, crash_reason);
}

void AttemptsInProgress::not_begun(const Job& job) {
  const std::shared_lock spared(sparing_);
  forget(job);
  attempts_.not_begun(job.key, job.earlier);
}

void AttemptsInProgress::failed(const Job& job, const std::string& reason) {
  const std::shared_lock spared(sparing_);
  forget(job);
  attempts_.failed(job.key, job.earlier, reason);
}

void AttemptsInProgress::over(const Job& job) {
  const std::shared_lock spared(sparing_);
  forget(job);
  attempts_.over(job.key);
}

void AttemptsInProgress::forget(const Job& job) {
  const std::lock_guard lock(mutex_);
  if (const auto found = in_progress_.find(job.key); found != in_progress_.end()) {
    in_progress_.erase(found);
  }
}

AttemptsInProgress::Spared::Spared(AttemptsInProgress& all) : all_(all), lock_(all.sparing_) {
  for (const auto& [key, message] : all_.in_progress_) {
    all_.attempts_.not_begun(key, message.earlier);
  }
}

AttemptsInProgress::Spared::~Spared() {
  for (const auto& [key, message] : all_.in_progress_) {
    all_.attempts_.begun(key, message.earlier, message.crash_reason);
  }
}

}  // namespace runtime
