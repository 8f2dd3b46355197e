#include "monitoring/journal.hpp"

#include <algorithm>
#include <utility>

#include <nlohmann/json.hpp>

namespace monitoring {
namespace {

/// Longer values are rare. With fifty of this length the response stays below 200 KB.
constexpr std::size_t longest_value = 2000;
constexpr std::size_t longest_text = 600;
constexpr std::size_t longest_id = 200;

std::string attribute(const telemetry::Entry& entry, const char* name) {
  const auto found = entry.attributes.find(name);
  if (found == entry.attributes.end() || !found->second.is_string()) return {};
  return presentable(found->second.get_ref<const std::string&>(), longest_text);
}

}  // namespace

std::string presentable(std::string_view text, std::size_t longest) {
  using nlohmann::json;
  const bool cut = text.size() > longest;
  auto kept = text.substr(0, cut ? longest - Journal::ellipsis.size() : longest);
  // Not inside a character: its bytes after the first begin with the bits 10.
  const auto continues = [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) == 0x80U; };
  while (cut && !kept.empty() && continues(text[kept.size()])) kept.remove_suffix(1);
  // Each invalid byte becomes three.
  auto out = json::parse(json(kept).dump(-1, ' ', false, json::error_handler_t::replace))
                 .get<std::string>();
  if (cut) out += Journal::ellipsis;
  return out.size() > longest ? presentable(out, longest) : out;
}

void Journal::ended(const runtime::Ended& ended) {
  auto kept = ended;
  kept.value = presentable(kept.value, longest_value);
  kept.text = presentable(kept.text, longest_text);
  kept.entity_id = opencti::EntityId(presentable(kept.entity_id.text(), longest_id));
  kept.entity_type = presentable(kept.entity_type, longest_id);
  const auto minute = minute_now();

  const std::lock_guard lock(mutex_);
  auto& slot = slots_.at(static_cast<std::size_t>(minute) % slots_.size());
  if (slot.minute != minute) slot = {.minute = minute};
  ++(source::failed(kept.outcome) ? slot.failed : slot.done);
  if (!kept.rating.empty()) ++ratings_[kept.rating];
  ++outcomes_[kept.outcome];
  durations_.push_back(kept.took);
  if (durations_.size() > durations_kept) durations_.pop_front();
  enrichments_.push_front(std::move(kept));
  if (enrichments_.size() > enrichments_kept) enrichments_.pop_back();
}

void Journal::note(const telemetry::Entry& entry) {
  if (entry.attributes.contains("outcome")) return;
  Trouble trouble{.first = now_(),
                  .count = 1,
                  .error = entry.level == telemetry::Level::error,
                  .message = presentable(entry.message, longest_text),
                  .reason = attribute(entry, "reason"),
                  .advice = attribute(entry, "advice")};
  trouble.last = trouble.first;

  const std::lock_guard lock(mutex_);
  const auto same = std::find_if(troubles_.begin(), troubles_.end(), [&](const Trouble& other) {
    return other.message == trouble.message && other.reason == trouble.reason &&
           other.advice == trouble.advice && other.error == trouble.error;
  });
  if (same != troubles_.end()) {
    trouble.first = same->first;
    trouble.count += same->count;
    troubles_.erase(same);
  }
  troubles_.push_front(std::move(trouble));
  if (troubles_.size() > troubles_kept) troubles_.pop_back();
}

std::int64_t Journal::minute_now() const {
  // A clock before 1970 is wrong, but must not cause a failure.
  return std::max<std::int64_t>(
      0, std::chrono::floor<std::chrono::minutes>(now_().time_since_epoch()).count());
}

std::vector<Journal::Minute> Journal::minutes() const {
  const auto last = minute_now();
  std::vector<Minute> out;
  for (auto minute = last - static_cast<std::int64_t>(minutes_kept) + 1; minute <= last; ++minute) {
    const auto& slot = slots_.at(static_cast<std::size_t>(minute) % slots_.size());
    const bool current = slot.minute == minute;
    out.push_back({.begins = Time(std::chrono::minutes(minute)),
                   .done = current ? slot.done : 0,
                   .failed = current ? slot.failed : 0});
  }
  return out;
}

Journal::Latency Journal::latency() const {
  if (durations_.empty()) return {};
  std::vector<std::chrono::milliseconds> sorted(durations_.begin(), durations_.end());
  std::sort(sorted.begin(), sorted.end());
  constexpr std::size_t all = 100;
  const auto percent = [&](std::size_t share) {
    return sorted.at((sorted.size() * share + all - 1) / all - 1);
  };
  return {.count = sorted.size(),
          .median = percent(50),
          .p95 = percent(95),
          .p99 = percent(99),
          .longest = sorted.back()};
}

Journal::Contents Journal::contents() const {
  const std::lock_guard lock(mutex_);
  return {.enrichments = {enrichments_.begin(), enrichments_.end()},
          .minutes = minutes(),
          .ratings = ratings_,
          .outcomes = outcomes_,
          .latency = latency(),
          .troubles = {troubles_.begin(), troubles_.end()}};
}

}  // namespace monitoring
