#include "kaspersky/replica_news.hpp"

#include <fmt/format.h>

#include <string_view>

namespace kaspersky {
namespace {

constexpr std::string_view breaker_subject = "breaker";
constexpr std::string_view pause_subject = "rest";
constexpr std::string_view unavailable = "unavailable ";
constexpr std::string_view refused = "refused ";
constexpr std::string_view closed = "closed";
/// Time to live of the note; a replica that starts later sends its own request.
constexpr std::chrono::minutes news_of_closing_last{1};
/// Maximum length: another program may have written the note.
constexpr std::size_t longest_reason = 500;

BreakerNews read(const storage::Replicas::Note& note) {
  BreakerNews news{.open = note.text != closed, .refused = note.text.starts_with(refused)};
  if (!news.open) return news;
  const auto word = news.refused ? refused : unavailable;
  if (note.text.starts_with(word)) news.why = note.text.substr(word.size(), longest_reason);
  news.pause = note.left;
  return news;
}

}  // namespace

ReplicaNews::ReplicaNews(const storage::Shared* shared, int requests_per_second)
    : replicas_(shared == nullptr ? nullptr : &shared->replicas) {
  if (shared != nullptr && requests_per_second > 0) {
    pace_.emplace(*shared, requests_per_second, Clock());
  }
}

ReplicaNews::~ReplicaNews() { stop(); }

std::function<std::chrono::nanoseconds()> ReplicaNews::reserve() {
  if (!pace_) return {};
  return [this] { return pace_->reserve(); };
}

std::function<void(std::chrono::nanoseconds)> ReplicaNews::announce_pause() {
  if (replicas_ == nullptr) return {};
  return [this](std::chrono::nanoseconds pause) {
    replicas_->publish(pause_subject, "", std::chrono::ceil<std::chrono::milliseconds>(pause));
  };
}

std::function<void(const BreakerNews&)> ReplicaNews::announce_breaker() {
  if (replicas_ == nullptr) return {};
  return [this](const BreakerNews& news) {
    if (!news.open)
      return replicas_->publish(breaker_subject, std::string(closed), news_of_closing_last);
    replicas_->publish(breaker_subject,
                       fmt::format("{}{}", news.refused ? refused : unavailable, news.why),
                       news.pause);
  };
}

void ReplicaNews::subscribe(Breaker& breaker, Throttle& throttle) {
  if (replicas_ == nullptr) return;
  replicas_->subscribe(breaker_subject,
                       [&breaker](const auto& note) { breaker.on_news(read(note)); });
  replicas_->subscribe(pause_subject,
                       [&throttle](const auto& note) { throttle.pause_for(note.left); });
}

void ReplicaNews::stop() {
  if (replicas_ == nullptr) return;
  replicas_->unsubscribe(breaker_subject);
  replicas_->unsubscribe(pause_subject);
}

}  // namespace kaspersky
