// How often a message was begun without an end: one that fails each time is given up.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "runtime/job.hpp"

namespace runtime {

/// What the process dies of is counted against the messages that were begun at that moment, and
/// against no other: not those that waited. Where counts cannot be kept, nothing is counted.
/// Implementations are thread-safe.
class Attempts {
 public:
  /// After so many a message is given up: its work or playbook is told so.
  static constexpr int most = 3;
  /// After so many it is dropped: the process dies even of that.
  static constexpr int most_of_all = 2 * most;

  /// What the process is about to do with a message, as the reason if it ends meanwhile.
  static constexpr std::string_view died = "the process ended while it handled this object";
  static constexpr std::string_view died_reading = "the process ended while it read this message";
  static constexpr std::string_view died_salvaging =
      "the process ended while it searched this message for its ids";

  Attempts() = default;
  virtual ~Attempts() = default;
  Attempts(const Attempts&) = delete;
  Attempts& operator=(const Attempts&) = delete;

  /// What names a message across deliveries: the digest of its body, so that nothing of it need be
  /// read before it is counted. Its work does not name it: two requests within one millisecond have
  /// one (opencti-graphql: generateWorkId).
  [[nodiscard]] static std::string key_of(std::string_view body);

  /// What came of earlier attempts: those that failed, and those of processes that have died.
  [[nodiscard]] virtual Before before(const std::string& key) = 0;

  /// before(), then begun() with `died_reading`.
  [[nodiscard]] virtual Before begin_reading(const std::string& key) {
    auto earlier = before(key);
    begun(key, earlier, died_reading);
    return earlier;
  }

  /// To be called before anything is done with a message that could end the process, and then one
  /// of the others.
  /// @param dying one of the reasons above
  virtual void begun(const std::string& key, const Before& before, std::string_view dying) = 0;
  /// It waits again, as before begun().
  virtual void not_begun(const std::string& key, const Before& before) = 0;
  /// It failed in a way that is its own fault, and will be delivered again.
  virtual void failed(const std::string& key, const Before& before, const std::string& reason) = 0;
  /// It is done, or given back through no fault of its own.
  virtual void over(const std::string& key) = 0;

  /// What earlier attempts are, by their number and the reason of the last.
  [[nodiscard]] static Before known(std::int64_t attempts, std::string reason);
};

}  // namespace runtime
