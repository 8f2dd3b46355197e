// Knows the last messages that were finished.
#pragma once

#include <cstddef>
#include <deque>
#include <mutex>
#include <string>
#include <unordered_set>

namespace runtime {

/// An acknowledgement can be lost with its connection, and a message whose connection broke can be
/// finished before it is delivered again. Its redelivery is then only acknowledged: a message
/// without a result leaves no other trace. The class is thread-safe.
class FinishedMessages final {
 public:
  /// A consumer holds a few messages for each worker.
  static constexpr std::size_t max_keys = 2'000;

  /// @param key Job::key, of a message that names its work or step: otherwise two requests can have
  /// one key
  void add(const std::string& key) {
    const std::lock_guard lock(mutex_);
    if (!keys_.insert(key).second) return;
    order_.push_back(key);
    if (order_.size() <= max_keys) return;
    keys_.erase(order_.front());
    order_.pop_front();
  }

  [[nodiscard]] bool contains(const std::string& key) const {
    const std::lock_guard lock(mutex_);
    return keys_.contains(key);
  }

 private:
  mutable std::mutex mutex_;
  std::unordered_set<std::string> keys_;
  /// The oldest first.
  std::deque<std::string> order_;
};

}  // namespace runtime
