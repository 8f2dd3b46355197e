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
constexpr std::size_t max_remembered_objects = 20'000;
constexpr std::size_t max_remembered_bytes = std::size_t{8} * 1024 * 1024;

/// With the draft: its objects exist only there.
std::string key_of(const opencti::DraftId& draft_id, const std::string& id) {
  return draft_id.text() + ' ' + id;
}

/// Countries, sectors and organisations, of which only the id is used.
bool is_pointed_at(std::string_view id) {
  return id.starts_with("location--") || id.starts_with("identity--");
}

/// Adds an object under each queried id by which it is known.
void put(stix::PresentObject found, source::Present& present) {
  const auto ids = std::exchange(found.other_ids, {});
  const auto object = std::make_shared<const stix::PresentObject>(std::move(found));
  const auto under = [&](const std::string& id) {
    const auto asked = present.find(id);
    if (asked != present.end() && !asked->second) asked->second = object;
  };
  under(object->standard_id);
  for (const auto& id : ids) under(id);
}

std::size_t size_of(const std::vector<std::string>& texts) {
  std::size_t size = 0;
  for (const auto& text : texts) size += sizeof(text) + text.size();
  return size;
}

std::size_t size_of(const std::string& key, const stix::PresentObject* object) {
  // An entry of the table.
  constexpr std::size_t entry = 128;
  if (object == nullptr) return entry + key.size();
  return entry + key.size() + sizeof(*object) + object->standard_id.size() +
         object->author_ref.size() + size_of(object->names) + size_of(object->marking_refs);
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
    const auto& object = present.at(id);
    auto key = key_of(draft_id, id);
    const auto size = size_of(key, object.get());
    if (remembered_.size() >= max_remembered_objects ||
        remembered_bytes_ + size > max_remembered_bytes) {
      remembered_.clear();
      remembered_bytes_ = 0;
    }
    const Clock::duration time =
        object && is_pointed_at(id) ? Clock::duration(pointed_at_for) : changeable_for;
    auto& entry = remembered_[key];
    if (entry.until != Clock::time_point()) remembered_bytes_ -= size_of(key, entry.object.get());
    entry = {object, now + time};
    remembered_bytes_ += size;
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
    auto found = platform_.find_objects({asked.begin(), asked.end()}, draft_id, deadline);
    // The caller detects that the draft was deleted, and sends nothing.
    if (!found && found.error().kind == opencti::ErrorKind::draft_locked) break;
    if (!found) {
      log.warning("Objects are omitted: they could not be looked up on the platform",
                  {{"objects", asked.size()}, {"reason", found.error().message}});
      const bool of_this_page = found.error().kind == opencti::ErrorKind::too_long;
      if (found.error().outage() && !of_this_page) break;
      continue;
    }
    for (const auto& id : asked) present.emplace(id, nullptr);
    for (auto& object : *found) put(std::move(object), present);
    remember(asked, draft_id, present);
  }
  return present;
}

}  // namespace runtime
