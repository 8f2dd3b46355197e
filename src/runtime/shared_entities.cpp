#include "runtime/shared_entities.hpp"

namespace runtime {
namespace {

// Somebody may delete it: what points at it would be refused.
constexpr std::chrono::minutes found_for{10};
// Somebody may make it, and ours would rename it. Enough for lookups that run side by side.
constexpr std::chrono::seconds missing_for{5};
// There are some 250 countries, and not many more sectors.
constexpr std::size_t most_remembered = 2000;

}  // namespace

std::optional<std::string> SharedEntities::recall(const std::string& key) const {
  const std::lock_guard lock(mutex_);
  const auto found = remembered_.find(key);
  if (found == remembered_.end() || found->second.until < Clock::now()) return std::nullopt;
  return found->second.standard_id;
}

void SharedEntities::remember(const std::string& key, const std::string& standard_id) {
  const std::lock_guard lock(mutex_);
  if (remembered_.size() >= most_remembered) remembered_.clear();
  const Clock::duration time = standard_id.empty() ? Clock::duration(missing_for) : found_for;
  remembered_.insert_or_assign(key, Remembered{standard_id, Clock::now() + time});
}

std::size_t SharedEntities::resolve(std::vector<enrichment::SharedEntity>& entities,
                                    const std::string& draft_id, const telemetry::Log& log,
                                    const net::Deadline& deadline) {
  bool out_of_reach = false;
  return std::erase_if(entities, [&](enrichment::SharedEntity& entity) {
    // A draft may have entities that nobody else sees.
    const auto key = draft_id + ' ' + entity.id;
    if (auto recalled = recall(key)) {
      entity.standard_id = std::move(*recalled);
      return false;
    }
    if (out_of_reach || deadline.passed()) return true;
    auto answer = platform_.find_shared(entity.known_by, draft_id, deadline);
    if (!answer) {
      log.warning("A country or sector is left out: the platform could not be asked for it",
                  {{"id", entity.id}, {"reason", answer.error().message}});
      out_of_reach = answer.error().outage();
      return true;
    }
    remember(key, *answer);
    entity.standard_id = std::move(*answer);
    return false;
  });
}

}  // namespace runtime
