#include "runtime/present_objects.hpp"

#include <algorithm>
#include <utility>

namespace runtime {
namespace {

// Cache lifetime of objects that relationships refer to. It is limited, because a user may delete
// them: relationships to them would be rejected.
constexpr std::chrono::minutes pointed_at_for{10};
// Cache lifetime of other objects. It is short, because a user may create or change them, and
// results depend on score, names and markings. Enough for concurrent lookups.
constexpr std::chrono::seconds changeable_for{5};
constexpr std::size_t most_remembered = 20'000;

/// With the draft: its objects exist only there.
std::string key_of(const opencti::DraftId& draft_id, const std::string& id) {
  return draft_id.text() + ' ' + id;
}

/// Countries, sectors and organisations, of which only the id is used.
bool is_pointed_at(std::string_view id) {
  return id.starts_with("location--") || id.starts_with("identity--");
}

/// Adds an object under each queried id by which it is known.
void put(const stix::PresentObject& object, source::Present& present) {
  const auto under = [&](const std::string& id) {
    const auto asked = present.find(id);
    if (asked != present.end() && !asked->second) asked->second = object;
  };
  under(object.standard_id);
  for (const auto& id : object.other_ids) under(id);
}

}  // namespace

std::vector<std::string> PresentObjects::recall(const std::vector<std::string>& ids,
                                                const opencti::DraftId& draft_id,
                                                source::Present& present) const {
  const std::lock_guard lock(mutex_);
  const auto now = now_();
  std::vector<std::string> unknown;
  for (const auto& id : ids) {
    const auto found = remembered_.find(key_of(draft_id, id));
    if (found == remembered_.end() || found->second.until < now) {
      unknown.push_back(id);
    } else {
      present.emplace(id, found->second.object);
    }
  }
  return unknown;
}

void PresentObjects::remember(std::span<const std::string> ids, const opencti::DraftId& draft_id,
                              const source::Present& present) {
  const std::lock_guard lock(mutex_);
  const auto now = now_();
  for (const auto& id : ids) {
    if (remembered_.size() >= most_remembered) remembered_.clear();
    const auto& object = present.at(id);
    const Clock::duration time =
        object && is_pointed_at(id) ? Clock::duration(pointed_at_for) : changeable_for;
    remembered_.insert_or_assign(key_of(draft_id, id), Remembered{object, now + time});
  }
}

source::Present PresentObjects::look_up(const std::vector<std::string>& ids,
                                        const opencti::DraftId& draft_id, const telemetry::Log& log,
                                        const net::Deadline& deadline) {
  source::Present present;
  const auto unknown = recall(ids, draft_id, present);
  for (std::span rest(unknown); !rest.empty() && !deadline.passed();) {
    const auto asked = rest.first(std::min(page, rest.size()));
    rest = rest.subspan(asked.size());
    const auto found = platform_.find_objects({asked.begin(), asked.end()}, draft_id, deadline);
    // The caller detects that the draft was deleted, and sends nothing.
    if (!found && found.error().kind == opencti::ErrorKind::draft_locked) break;
    if (!found) {
      log.warning("Objects are omitted: they could not be looked up on the platform",
                  {{"objects", asked.size()}, {"reason", found.error().message}});
      const bool of_this_page = found.error().kind == opencti::ErrorKind::too_long;
      if (found.error().outage() && !of_this_page) break;
      continue;
    }
    for (const auto& id : asked) present.emplace(id, std::nullopt);
    for (const auto& object : *found) put(object, present);
    remember(asked, draft_id, present);
  }
  return present;
}

}  // namespace runtime
