#include "kaspersky/answer_cache.hpp"

#include <algorithm>
#include <chrono>
#include <utility>

namespace kaspersky {
namespace {

/// One answer may use a quarter of the cache: it must not displace all others.
constexpr std::int64_t smallest_share = 4;
/// At least what stores add to the size of a text. In bytes.
constexpr std::size_t overhead_of_an_entry = std::size_t{16} * 1024;
/// Interval of checks for the answer to another replica's lookup.
constexpr std::chrono::milliseconds poll_interval{50};
/// A claim expires this long after the deadline of its lookup.
constexpr std::chrono::milliseconds claimed_beyond{5'000};
/// Maximum wait of manual requests and playbooks for another replica's lookup.
constexpr std::chrono::milliseconds longest_wait_of_people{10'000};

}  // namespace

AnswerCache::AnswerCache(AnswerCacheOptions options, Lookup& next, AnswerStore& store)
    : options_(std::move(options)), next_(next), store_(store) {}

Outcome AnswerCache::look_up(const Inquiry& inquiry, const net::Deadline& deadline) {
  if (options_.lifetimes.longest() == std::chrono::seconds::zero()) {
    return next_.look_up(inquiry, deadline);
  }
  const auto key = key_of(inquiry);
  if (!inquiry.fresh) {
    auto known = recall_or_claim(key, inquiry.purpose, deadline);
    (known ? options_.hits : options_.misses).add();
    if (known) return std::move(*known);
  }
  try {
    auto outcome = next_.look_up(inquiry, deadline);
    if (!remember(key, outcome) && !inquiry.fresh) store_.release(key);
    return outcome;
  } catch (...) {
    if (!inquiry.fresh) store_.release(key);
    throw;
  }
}

std::optional<Outcome> AnswerCache::recall_or_claim(const std::string& key, Purpose purpose,
                                                    const net::Deadline& deadline) {
  // Manual requests and playbooks pay for a second lookup rather than wait long for another
  // replica.
  const auto patience =
      purpose == Purpose::automatic ? deadline : deadline.within(longest_wait_of_people);
  while (true) {
    auto [known, kept] = recall(key, deadline);
    if (known) return std::move(known);
    const auto claim = store_.claim(key, kept, deadline.remaining() + claimed_beyond);
    if (claim == AnswerStore::Claim::ours) return std::nullopt;
    if (deadline.passed()) {
      return Unavailable{.why = "another replica's identical lookup had no answer in time",
                         .transient = false};
    }
    if (patience.passed()) return std::nullopt;
    net::pause(std::min(poll_interval, deadline.remaining()), deadline.stop());
  }
}

std::string AnswerCache::key_of(const Inquiry& inquiry) const {
  if (inquiry.kind != ObjectKind::hash) return options_.key(inquiry);
  auto lowered = inquiry;
  for (auto& c : lowered.value) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return options_.key(lowered);
}

AnswerCache::Recalled AnswerCache::recall(const std::string& key, const net::Deadline& deadline) {
  const auto kept = store_.find(key);
  if (!kept) return {};
  // No text of this size is parsed, so its memory is not leased either.
  if (static_cast<std::size_t>(kept->size) > options_.memory.longest() + overhead_of_an_entry) {
    return {.known = std::nullopt, .kept = kept};
  }
  // Leased before the text is read.
  source::AnswerMemory::Lease memory;
  if (!options_.memory.take_for(static_cast<std::size_t>(kept->size), memory, deadline)) {
    return {.known = Unavailable{.why = "no memory was free in time for the cached answer",
                                 .transient = false,
                                 .deferred = true},
            .kept = kept};
  }
  const auto text = store_.read(key, *kept);
  if (!text) return {.known = std::nullopt, .kept = kept};
  auto known = read(kept->age, text->text, std::move(memory));
  if (!known) store_.forget(key, kept);
  return {.known = std::move(known), .kept = kept};
}

std::optional<Outcome> AnswerCache::read(std::int64_t age, const std::optional<std::string>& text,
                                         source::AnswerMemory::Lease memory) const {
  const auto usable = [&](std::chrono::seconds lifetime) {
    return age >= -tolerated_future && age < lifetime.count();
  };
  if (!text) {
    if (!usable(options_.lifetimes.not_found)) return std::nullopt;
    return NotFound{};
  }
  // Checked before parsing, which is slower.
  if (!usable(options_.lifetimes.longest())) return std::nullopt;
  auto answer = text::parse_json(*text, options_.memory.limits(text->size())).and_then(read_answer);
  if (!answer || !usable(options_.lifetimes.of(answer->zone))) return std::nullopt;
  return Found{std::move(*answer), *text, std::move(memory)};
}

bool AnswerCache::remember(const std::string& key, const Outcome& outcome) {
  std::optional<std::string> text;
  auto lifetime = std::chrono::seconds::zero();
  const bool settled = match(
      outcome,
      [&](const Found& found) {
        text = found.text;
        lifetime = options_.lifetimes.of(found.answer.zone);
        return true;
      },
      [&](const NotFound&) {
        lifetime = options_.lifetimes.not_found;
        return true;
      },
      [](const one_of<Skipped, RateLimited, QuotaExhausted, Refused, Rejected, Unavailable,
                      Malformed> auto&) { return false; });
  if (!settled) return false;
  const auto size = static_cast<std::int64_t>(text ? text->size() : 0);
  if (lifetime > std::chrono::seconds::zero() && size <= options_.max_size / smallest_share) {
    store_.put(key, text,
               {.max_bytes = options_.max_size, .longest = options_.lifetimes.longest()});
  } else {
    store_.forget(key, std::nullopt);
  }
  return true;
}

}  // namespace kaspersky
