// How often a message was begun without an end: one that fails each time is given up.
#pragma once

#include <cstdint>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>

#include "runtime/job.hpp"
#include "storage/database.hpp"
#include "storage/trouble.hpp"
#include "telemetry/log.hpp"

namespace runtime {

/// What the process dies of is counted against the messages that were begun at that moment, and
/// against no other: not those that waited. Counts are in a storage::Database, so they survive if
/// that is a file. Holds the newest 10,000.
///
/// A store that fails is a line in the log: then nothing is counted. The class is thread-safe.
class Attempts final {
 public:
  /// After so many a message is given up: its work or playbook is told so.
  static constexpr int most = 3;
  /// After so many it is dropped: the process dies even of that.
  static constexpr int most_of_all = 2 * most;

  /// @param store must outlive this object
  Attempts(storage::Database& store, telemetry::Log log);

  /// What names a message across deliveries: the digest of its body, so that nothing of it need be
  /// read before it is counted. Its work does not name it: two requests within one millisecond have
  /// one (opencti-graphql: generateWorkId).
  [[nodiscard]] static std::string key_of(std::string_view body);

  /// What came of earlier attempts: those that failed, and those of processes that have died.
  [[nodiscard]] Before before(const std::string& key) const;

  /// To be called before anything is done with a message that could end the process, and then one
  /// of the others.
  void begun(const std::string& key, const Before& before);
  /// It waits again, as before begun().
  void not_begun(const std::string& key, const Before& before);
  /// It failed in a way that is its own fault, and will be delivered again.
  void failed(const std::string& key, const Before& before, const std::string& reason);
  /// It is done, or given back through no fault of its own.
  void over(const std::string& key);

 private:
  void write(const std::string& key, std::int64_t count, const std::string& reason);
  void erase(const std::string& key);

  storage::Database& store_;
  storage::Trouble trouble_;
  mutable std::mutex mutex_;
  /// Without those that this process has begun: it lives.
  std::unordered_map<std::string, Before> counted_;
};

}  // namespace runtime
