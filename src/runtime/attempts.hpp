// Counts unfinished attempts at a message: after too many the connector gives up.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "runtime/job.hpp"

namespace runtime {

/// A crash counts as an attempt at the messages in progress at that moment, not at waiting
/// messages. If the store fails, nothing is counted. Implementations are thread-safe.
class Attempts {
 public:
  /// After this number of attempts the connector gives up, and reports that on the work or
  /// playbook.
  static constexpr int give_up_after = 3;
  /// After this number the message is dropped: the process crashes even when it only reports.
  static constexpr int drop_after = 2 * give_up_after;

  /// The reasons of an attempt if the process ends during it.
  static constexpr std::string_view crashed = "the process ended while it handled this object";
  static constexpr std::string_view crashed_reading =
      "the process ended while it read this message";
  static constexpr std::string_view crashed_salvaging =
      "the process ended while it searched this message for its ids";

  Attempts() = default;
  virtual ~Attempts() = default;
  Attempts(const Attempts&) = delete;
  Attempts& operator=(const Attempts&) = delete;

  /// Identifies a message across deliveries: the digest of its body, so that an attempt is counted
  /// before the body is parsed. The work id is not unique: two requests in one millisecond share a
  /// work (opencti-graphql: generateWorkId).
  [[nodiscard]] static std::string key_of(std::string_view body);

  /// Earlier attempts: failed ones, and those of processes that crashed.
  [[nodiscard]] virtual EarlierAttempts find(const std::string& key) = 0;

  /// Parsing the message crashed the process each time: only the ids for the answer are searched.
  [[nodiscard]] static bool only_searched(const EarlierAttempts& earlier) {
    return earlier.crashed_reading && earlier.attempts >= give_up_after;
  }

  /// find(), then begun() with `crashed_reading`, or `crashed_salvaging` for a message that is only
  /// searched.
  [[nodiscard]] virtual EarlierAttempts begin_reading(const std::string& key) {
    auto earlier = find(key);
    begun(key, earlier, only_searched(earlier) ? crashed_salvaging : crashed_reading);
    return earlier;
  }

  /// Call it before any operation with a message that could crash the process; then call one of the
  /// functions below.
  /// @param crash_reason one of the reasons above
  virtual void begun(const std::string& key, const EarlierAttempts& earlier,
                     std::string_view crash_reason) = 0;
  /// Undoes begun(): the message waits again.
  virtual void not_begun(const std::string& key, const EarlierAttempts& earlier) = 0;
  /// The attempt failed because of the message, which will be delivered again.
  virtual void failed(const std::string& key, const EarlierAttempts& earlier,
                      const std::string& reason) = 0;
  /// The message is done, or given back for another reason than itself.
  virtual void over(const std::string& key) = 0;

  /// Makes EarlierAttempts from the number of attempts and the last reason.
  [[nodiscard]] static EarlierAttempts known(std::int64_t attempts, std::string reason);
};

}  // namespace runtime
